"""OpenStreetMap extracts in; travel matrices, street geometry and the streets layer out."""
