"""Live updates: server-sent events for everybody at the desk, each only what they may see."""
