"""Archive: accounts, outlets, when they can be called on, how often, and who does it."""
