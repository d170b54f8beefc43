"""Windows Update through its COM interface, which a child process talks to."""
