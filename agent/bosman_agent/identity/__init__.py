"""Who this device is: its folder, its configuration, its key and certificate."""
