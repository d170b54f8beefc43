"""What Bosman is for, on top of devices and work."""
