"""Words in and out of the desk: one folder a channel."""
