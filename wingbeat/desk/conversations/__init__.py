"""What is said between a customer and the desk, and who acts next."""
