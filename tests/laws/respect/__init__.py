"""The law of respect: by hand, against oracles, by properties, on every engine."""
