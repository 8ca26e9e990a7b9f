"""Around every request: what is refused in it goes into the audit trail."""

from apps.core import refusals
from apps.events.operations import record_reading, record_refusals

API = "/api/"
READINGS_OF = {"auditor"}
"""Roles whose reading is recorded: they look at what is not theirs to work on."""
_OBJECTS = ("public_id", "id", "account_id")


class Refusals:
    """
    Records what was refused, after the transactions of the request have ended.

    Operations, doors and the API note it as they refuse. What the framework refuses a person by itself is noted here: a
    page they may not open, a form from elsewhere, a button that is called by GET.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with refusals.noting() as noted:
            response = self.get_response(request)
            if not noted:
                _note_answer(request, response)
        if noted:
            channel = "api" if request.path_info.startswith(API) else "page"
            record_refusals(noted, channel, **_place(request))
        shown = getattr(request, "shows_person_of", "")
        if shown and response.status_code == 200 and READINGS_OF & request.user.roles:
            record_reading(shown, request.resolver_match.url_name, by=request.user)
        return response


def _note_answer(request, response):
    if response.status_code not in (403, 405) or request.path_info.startswith(API):
        return
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return
    is_foreign = request.method == "POST" and not getattr(request, "csrf_processing_done", False)
    code = "method-not-allowed" if response.status_code == 405 else "forbidden"
    refusals.note(request.user, "form-from-elsewhere" if is_foreign else code)


def _place(request) -> dict:
    match = request.resolver_match
    parts = match.kwargs if match else {}
    return {
        "action": (match.url_name or match.view_name or "") if match else "",
        "object": next((_printable(parts[name])[:40] for name in _OBJECTS if name in parts), ""),
        "path": _printable(request.path)[:200],
        "method": request.method[:10],
        "address": request.META.get("REMOTE_ADDR", ""),
    }


def _printable(text) -> str:
    """Return what somebody wrote into an address without what no database keeps."""
    return "".join(character if character.isprintable() else "\ufffd" for character in str(text))
