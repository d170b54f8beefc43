"""PostgreSQL: tenant scopes, sessions, fast lists and migrations' helpers."""
