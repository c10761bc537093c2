"""Outlets that may be one and the same: found, judged by somebody, merged, undone."""
