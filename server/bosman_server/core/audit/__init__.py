"""Who did what, from where, and what came of it. Append-only."""
