"""Articles: written, published, found, and looked at again."""
