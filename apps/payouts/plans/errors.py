class Unreadable(ValueError):
    """A file that cannot be planned as a whole; the text tells a person what to do."""
