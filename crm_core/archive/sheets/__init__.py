"""Outlets in and out of spreadsheets: read, judged, applied, undone, written."""
