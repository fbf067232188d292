"""The desk's SQLite backend: Django's, but for connections on which something has failed."""
