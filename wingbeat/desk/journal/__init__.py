"""The desk's memory of what was done: ids and small facts, never words."""
