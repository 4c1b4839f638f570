"""The front door: the command line and the supervisor of the processes."""
