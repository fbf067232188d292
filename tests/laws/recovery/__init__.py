"""The law of recovery: by hand, against oracles, by properties, on every engine."""
