"""Hand-over: a rep's outlets, opportunities, complaints and tasks go to others in one step."""
