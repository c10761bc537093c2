"""The base map: a PMTiles archive of vector tiles made from road extracts, and what is in it."""
