"""The subcommands of `wingbeat`, a module each; none imports Django before it runs."""
