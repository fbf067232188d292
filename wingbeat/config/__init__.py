"""The outermost ring: options, settings, addresses, jobs and the `wingbeat` command."""
