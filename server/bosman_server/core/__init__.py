"""What every slice stands on: who did what, who may, who is told."""
