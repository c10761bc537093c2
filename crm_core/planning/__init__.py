"""Planning: runs, stored journey plans, day baselines and the day route read from them."""
