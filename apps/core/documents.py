"""Pages of `docs/` in which a part is made from the code: `manage.py document` writes it, a test holds it to the code."""

BEGIN, END = "<!-- made by manage.py document -->", "<!-- end -->"


def with_part(page: str, part: str) -> str:
    """
    Return the page with the text between its two marks replaced.

    :raises ValueError: if the page lacks a mark.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no place for a part made from the code")
    return f"{before}{BEGIN}\n\n{part}\n\n{END}{after}"
