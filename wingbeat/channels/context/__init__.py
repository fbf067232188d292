"""The context panel: what the team's own system knows of a customer, beside a conversation."""
