"""Measurements: fixed seeds, results as CSV, never part of the tests."""
