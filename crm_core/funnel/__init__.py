"""The funnel: opportunities, their stages, every move between stages, and the forecast."""
