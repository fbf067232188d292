"""Care: what customers are owed, and what comes up by itself so that nobody is forgotten."""
