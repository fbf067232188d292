"""Time in which a team is there: pure arithmetic, without tables."""
