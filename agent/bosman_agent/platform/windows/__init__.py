"""Windows: Windows Update, the registry, sessions, job objects. Parsers in here can be imported anywhere."""
