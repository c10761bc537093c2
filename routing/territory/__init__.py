"""Who serves which outlet: how many reps, balanced territories, and their outlines."""
