"""Geography in and out: road networks, GeoJSON, standalone map pages."""
