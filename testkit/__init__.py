"""What tests and benches share: a real server stack, people who are signed in, devices that speak the protocol."""
