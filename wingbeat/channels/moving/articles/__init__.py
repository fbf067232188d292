"""Articles as Markdown files: out of the desk, and in from another one."""
