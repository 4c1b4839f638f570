"""The tasks: the only place where steps are put in order across packages. Each may run twice without effect."""
