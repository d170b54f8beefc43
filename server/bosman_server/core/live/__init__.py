"""Changes, told to browsers while they happen."""
