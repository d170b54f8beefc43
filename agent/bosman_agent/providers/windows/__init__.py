"""Windows: WUA, the registry, winget, job objects."""
