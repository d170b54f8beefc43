"""People and programs of a tenant: members, invitations, API keys, and what each role may do."""
