"""Metrics: figures with numerator, denominator, period, scope and rule version."""
