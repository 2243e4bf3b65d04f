"""
``python -m foretrack``.
"""

from foretrack.cli import main

main(prog_name="foretrack")
