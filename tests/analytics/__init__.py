"""The program beside the desk."""
