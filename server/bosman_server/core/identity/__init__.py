"""Users, sign-in, sessions, roles: who may do what."""
