"""What people see: HTML by audience, with one design system in `static/wingbeat`."""
