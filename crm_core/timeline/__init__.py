"""What happened at an outlet or account, and where it stands: read from all features below."""
