"""What the desk does by itself: hours and clocks, routing, rules."""
