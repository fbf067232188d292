"""Jobs in the desk's own database: leased, tried again, never lost."""
