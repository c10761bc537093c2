"""``roundsman demo``: a real city, planned, logged and served, safe to run again."""
