"""What the desk holds about people: how long, given out to them, and taken away for good."""
