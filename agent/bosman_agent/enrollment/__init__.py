"""How a device comes to its identity and keeps it: enrolment, renewal, whom it trusts."""
