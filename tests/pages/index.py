"""The contact sheets: one page on which all pictures of one theme and width stand side by side."""

from html import escape

_SHEET = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:14px sans-serif;margin:1rem}}main{{display:flex;flex-wrap:wrap;gap:1rem;align-items:flex-start}}
figure{{margin:0;width:{width}px}}img{{width:100%;border:1px solid #aaa}}</style>
<h1>{title}</h1><main>{figures}</main></html>"""


def write_index(folder, names) -> None:
    """Write a contact sheet beside the pictures of each theme and width, and an index that leads to them."""
    sheets = []
    for place in sorted(folder.glob("*/*/")):
        title = " ".join(place.parts[-2:])
        figures = "".join(
            f'<figure><a href="{name}.png"><img src="{name}.png" alt="" loading="lazy"></a><figcaption>{escape(name)}</figcaption></figure>'
            for name in names
            if (place / f"{name}.png").exists()
        )
        (place / "index.html").write_text(_SHEET.format(title=title, figures=figures, width=320), encoding="utf-8")
        sheets.append(f'<li><a href="{place.relative_to(folder)}/index.html">{escape(title)}</a>')
    listed = _SHEET.format(title="Every page of the admin", figures=f"<ul>{''.join(sheets)}</ul>", width=320)
    (folder / "index.html").write_text(listed, encoding="utf-8")
