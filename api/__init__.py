"""The outside edge: HTTP, worker and command line.  Composes the other packages and commits."""
