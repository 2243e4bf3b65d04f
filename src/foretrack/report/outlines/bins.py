"""
How often it happened, by how likely it was said to be.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from foretrack.report.outlines.blocks import Column, Table, row

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foretrack.core.calibration import Row
    from foretrack.core.grades import Bin


def number(n: float) -> str:
    """
    A count, which is no whole number where forecasts are weighted.

    >>> number(1224500), number(2.5)
    ('1,224,500', '2.50')
    """
    return f"{n:,.0f}" if n == int(n) else f"{n:,.2f}"


def bins(rows: Iterable[Row | Bin]) -> Table:
    """
    A row for each bin that holds any forecast, lowest first.
    """
    return Table(
        (
            Column("said"),
            Column("n", figure=True),
            Column("mean p", figure=True),
            Column("happened", figure=True),
            Column("95% interval", figure=True),
        ),
        tuple(
            row(
                f"{100 * one.low:.0f}-{100 * one.high:.0f}%",
                number(float(one.n)),
                f"{100 * one.mean_probability:.1f}%",
                f"{100 * one.observed:.1f}%",
                f"{100 * one.wilson[0]:.1f}-{100 * one.wilson[1]:.1f}%",
            )
            for one in rows
        ),
    )
