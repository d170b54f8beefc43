"""Jobs and tasks: wished, leased, run, reported, watched."""
