"""What a device is and what is installed on it."""
