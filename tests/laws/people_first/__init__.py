"""The law of people_first: by hand, against oracles, by properties, on every engine."""
