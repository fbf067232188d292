"""The API: everything the screens do, for programs."""
