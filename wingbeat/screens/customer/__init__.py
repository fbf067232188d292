"""The customer's side: their page of a conversation, and the help center. No scripts, no log-in."""
