"""The law of support: by hand, against oracles, by properties, on every engine."""
