"""Areas in files of other programs: GeoJSON, KML and zipped shapefiles."""
