"""Work: asked for, checked, scheduled, carried out, closed."""
