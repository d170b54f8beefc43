"""A second person's yes or no to work beyond a limit."""
