"""Leading from a public id, wherever it stands as text, to the page of what it names."""

from collections import defaultdict
from functools import cache

from django import template
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from apps.core.ids import NotAnId, decode
from apps.core.templatetags.portal import short

register = template.Library()


@register.simple_tag(takes_context=True)
def subject(context, public_id, text=""):
    """Show a public id, or the text for it, as a link to its page if there is one that this person may open."""
    page = _pages().get(public_id.partition("_")[0]) if public_id else None
    if page is None or not page.has_view_permission(context["request"]):
        return _label(public_id, text)
    return subject_link(public_id, text)


def subject_link(public_id, text=""):
    """Return a public id, or the text for it, as a link to its page if there is one."""
    address = subject_url(public_id)
    if not address:
        return _label(public_id, text)
    return format_html('<a class="pp-link" href="{}">{}</a>', address, _label(public_id, text))


def _label(public_id, text):
    if text or not public_id:
        return text or "–"
    return short(public_id) if "_" in public_id else public_id


@register.simple_tag
def subject_url(public_id):
    """Return the address of the page of what a public id names, or an empty text."""
    page = _pages().get(public_id.partition("_")[0])
    return _address(page.opts, public_id) if page else ""


def names_of(public_ids) -> dict[str, str]:
    """Return what rows call themselves, by public id: one query per kind of row, unknown ids are left out."""
    wanted = defaultdict(set)
    for public_id in public_ids:
        prefix = public_id.partition("_")[0]
        try:
            wanted[prefix].add(decode(prefix, public_id))
        except NotAnId:
            continue
    pages = _pages()
    return {
        row.public_id: str(row)
        for prefix, keys in wanted.items()
        if prefix in pages
        for row in pages[prefix].model._default_manager.filter(pk__in=keys)
    }


def _address(opts, public_id):
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[public_id])


@cache
def _pages():
    """Return the admin of every kind of row that has a page, by the prefix of its public ids."""
    return {
        model.id_prefix: page
        for model, page in admin.site._registry.items()
        if hasattr(model, "id_prefix") and getattr(page, "page_template", None)
    }
