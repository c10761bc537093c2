"""Visits: append-only events from the phone and the visit projected from them."""
