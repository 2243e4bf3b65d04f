"""
Foreign formats: tables of forecasts that others wrote.
"""
