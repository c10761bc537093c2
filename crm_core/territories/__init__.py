"""Territories: versioned polygons that propose which rep serves an outlet."""
