"""
Measurements, as ratios in one run: machines are noisy, ratios less so.  ``make bench`` runs all.
"""
