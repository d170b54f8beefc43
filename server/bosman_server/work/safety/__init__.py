"""Blast radius: budgets per hour, second persons, freeze."""
