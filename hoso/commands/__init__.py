"""One module a subcommand of `hoso`."""
