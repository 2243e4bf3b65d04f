"""
``python -m foretrack``.
"""

from foretrack.cli import main

main()
