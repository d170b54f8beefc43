"""What a slice declares."""
