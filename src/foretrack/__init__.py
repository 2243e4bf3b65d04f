"""
Foretrack keeps forecasts made in words, records what happened, and scores each source.

Nothing is imported here: every start of the program reads this module.
"""

__version__ = "0.1.0"
