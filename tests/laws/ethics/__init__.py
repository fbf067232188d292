"""The law of ethics: by hand, against oracles, by properties, on every engine."""
