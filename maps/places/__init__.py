"""Places: outlets from OpenStreetMap, addresses to coordinates."""
