"""Whose data every map shows."""

ATTRIBUTION = "© OpenStreetMap contributors"
