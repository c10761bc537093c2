"""People: departments, users, roles, reps, tokens, the scope of what they see, the audit log."""
