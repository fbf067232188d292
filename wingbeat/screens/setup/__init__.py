"""First-run setup of a desk."""
