"""What devices are told to do, and what holds it back."""
