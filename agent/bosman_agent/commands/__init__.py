"""Commands of the agent's command line, one module each."""
