"""What people and installers call: the commands of `bosman-agent`, and the set-up on Windows."""
