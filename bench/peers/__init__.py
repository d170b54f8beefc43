"""Other products, measured on the same machine in the same run: install, start, measure, stop."""
