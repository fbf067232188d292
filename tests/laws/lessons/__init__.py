"""The law of lessons: by hand, against oracles, by properties, on every engine."""
