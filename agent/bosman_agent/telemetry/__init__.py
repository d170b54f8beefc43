"""What the device tells without being asked: periodic reports, and its state for whoever sits at it."""
