"""Text to what it says: pure, light, with a folder of data for each language."""
