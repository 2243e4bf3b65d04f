"""
The pure part: records, lexicons, horizons and scores.

No files, no database, no clock, no environment and no randomness of its own: what a function
here returns depends on its arguments alone.  (The shipped lexicons are data of this package and
are read once.)
"""
