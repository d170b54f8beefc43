"""What surrounds every request: ids, limits, security headers, static files, health."""
