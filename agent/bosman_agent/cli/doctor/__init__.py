"""What `bosman-agent doctor` looks at, one file per group of checks."""
