"""OpenStreetMap extracts in; travel matrices and street geometry out."""
