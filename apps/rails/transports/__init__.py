"""Ways in which files travel between us and a bank."""
