"""Care: complaints, overdue accounts, outlets at risk, the public pool."""
