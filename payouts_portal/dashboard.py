"""The page "Today": what needs the person who looks, and where the money is."""


def today(request, context):
    """Fill the front page of the admin."""
    return context | {"title": "Today"}
