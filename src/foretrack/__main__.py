"""
``python -m foretrack``, and what the installed command starts.
"""

from __future__ import annotations

import gc

from foretrack.cli import main


def run() -> None:
    """
    Run one command and leave.

    Nearly all that a command makes lives until it ends.  Looking for cycles after every 700 new
    objects, as Python does unless told, finds none and costs a tenth of a short command's time; so
    does looking for them at the very end, when everything goes anyway.
    """
    gc.set_threshold(200_000, 20, 20)
    try:
        main(prog_name="foretrack")
    finally:
        gc.freeze()


if __name__ == "__main__":
    run()
