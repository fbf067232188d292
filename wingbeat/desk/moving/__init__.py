"""What was brought in from the desk a team used before, and under which numbers it was known."""
