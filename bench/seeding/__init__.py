"""What `bench.seed` puts into a server: people, devices, a history."""
