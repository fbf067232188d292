"""Moving in: what was used before becomes conversations here."""
