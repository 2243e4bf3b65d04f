"""
One migration a file, numbered by hand.
"""
