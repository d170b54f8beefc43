"""One's own profile; stands on identity and tenancy."""
