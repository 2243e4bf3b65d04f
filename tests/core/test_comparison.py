"""
One source against a reference.
"""

from __future__ import annotations

import math

import pytest

from foretrack.core.comparison import skill


class TestSkill:
    @pytest.mark.parametrize(
        ("score", "reference", "expected"),
        [(0.0, 2.0, 1.0), (1.5, 2.0, 0.25), (2.0, 2.0, 0.0), (3.0, 2.0, -0.5)],
    )
    def test_is_the_share_saved(self, score: float, reference: float, expected: float) -> None:
        """
        1 - score/reference: 1 is perfect, 0 as good as the reference, below 0 worse.
        """
        assert expected == skill(score, reference)

    @pytest.mark.parametrize(
        ("score", "reference"), [(0.0, 0.0), (1.0, 0.0), (math.inf, 1.0), (1.0, math.inf)]
    )
    def test_is_undefined_and_never_zero(self, score: float, reference: float) -> None:
        """
        Against a perfect reference, or with anything infinite, there is no skill to state.
        """
        assert skill(score, reference) is None
