"""
The packaged migrations; ``versions`` holds one file each.
"""
