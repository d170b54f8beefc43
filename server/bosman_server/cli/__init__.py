"""The command `bosman`: one file per command."""
