"""The example desk of `wingbeat demo`: one invented company, its people and their conversations."""
