"""What every bench needs: a server of its own, a signed-in user, figures."""
