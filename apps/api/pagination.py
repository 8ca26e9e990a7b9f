"""
Query parameters and pages of lists.

A page continues after the last row by its key, not by counting, so rows that are added meanwhile are neither skipped
nor shown twice. The cursor is signed and bound to the partner, the address and the filters it was given for.
"""

import re

from django.core.signing import BadSignature, Signer
from django.utils.http import urlencode

from apps.core.errors import Fault, Invalid
from apps.core.shapes.faults import fault
from apps.core.shapes.fields import Integer, Text

DEFAULT_LIMIT = 25
MAX_LIMIT = 100

_DIGITS = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


class Digits(Integer):
    """A whole number as a query parameter says it: ASCII digits without sign or leading zero."""

    def read(self, value, pointer, faults, whole):
        if not _DIGITS.fullmatch(value):
            return fault(faults, pointer, "type", "This must be a whole number in digits.")
        return super().read(int(value), pointer, faults, whole)


class Query:
    """The parameters that an address takes; anything else, and anything twice, is refused."""

    def __init__(self, **parameters):
        self.parameters = parameters

    def read(self, request) -> dict:
        """
        Return the parameters' values, None for those that were not sent.

        :raises Invalid: naming every parameter that is unknown, repeated or wrong.
        """
        faults: list[Fault] = []
        clean = {name: field.default for name, field in self.parameters.items()}
        for name, values in request._request.GET.lists():
            field = self.parameters.get(name)
            if field is None:
                shown = name if re.fullmatch(r"[a-z_]{1,40}", name) else ""
                fault(faults, f"?{shown}", "unknown-parameter", "This address takes no such parameter.")
            elif len(values) > 1:
                fault(faults, f"?{name}", "repeated-parameter", "Send this parameter once.")
            else:
                clean[name] = field.read(values[0], f"?{name}", faults, clean)
        for name, field in self.parameters.items():
            if field.required and name not in request._request.GET:
                fault(faults, f"?{name}", "required", "This parameter is needed.")
        if faults:
            raise Invalid("A query parameter has faults.", errors=faults)
        return clean


class PagedQuery(Query):
    """The parameters of a list: its filters, the size of a page, and where it begins."""

    def __init__(self, **filters):
        super().__init__(
            limit=Digits(f"Rows on a page, {DEFAULT_LIMIT} unless said.", minimum=1, maximum=MAX_LIMIT, required=False),
            cursor=Text("Where the page begins: `next_cursor` of the page before.", max_length=500, required=False),
            **filters,
        )


def page(request, rows, query, represent, *, newest_first=True) -> dict:
    """
    Return one page of a queryset in the order of its primary key, each row as `represent` shows it.

    `represent` takes the list of rows, so that what they need is fetched once.

    :raises Invalid: if the cursor was made for another partner, address or filter, or was changed.
    """
    limit = query["limit"] or DEFAULT_LIMIT
    if (place := place_of(request, query)) is not None:
        rows = rows.filter(**{"pk__lt" if newest_first else "pk__gt": place[0]})
    found = list(rows.order_by("-pk" if newest_first else "pk")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    return listed(request, represent(found), [str(found[-1].pk)] if more else None)


def place_of(request, query) -> list | None:
    """
    Return the place that the cursor of a request stands for, or None: it begins at the beginning.

    :raises Invalid: as `page`.
    """
    return None if query["cursor"] is None else _read_cursor(_signer(request), query["cursor"])


def listed(request, data: list, place: list | None) -> dict:
    """Return a page; `place` is where the next one goes on, or None if this is the last."""
    cursor = None if place is None else _signer(request).sign_object(place)
    return {"object": "list", "data": data, "has_more": place is not None, "next_cursor": cursor}


def _signer(request) -> Signer:
    filters = sorted((name, value) for name, value in request._request.GET.items() if name not in ("cursor", "limit"))
    return Signer(salt=f"cursor {request.partner.pk} {request.path} {urlencode(filters)}")


def _read_cursor(signer, cursor):
    try:
        return signer.unsign_object(cursor)
    except (BadSignature, ValueError):
        errors = [Fault("?cursor", "cursor-invalid", "Use next_cursor as it was given, with the same filters.")]
        raise Invalid("A query parameter has faults.", errors=errors) from None
