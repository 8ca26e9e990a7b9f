"""
Whether a form was sent before.

Every page that a browser is shown has a token of its own in its forms (the one against forms from elsewhere, masked anew
each time). So the same fields with the same token are the same form: pressed twice, sent again by reloading the answer, or
by going back. Two at once are told apart by the primary key.
"""

import hashlib
import json

from django.db import connection

from apps.users.models import SentForm

TOKEN = "csrfmiddlewaretoken"  # noqa: S105 the name of a field


def changes_nothing(view):
    """Mark a view whose form may be sent any number of times."""
    view.may_be_sent_again = True
    return view


def take(request) -> bool:
    """Note that the form of a request is sent; return whether it is for the first time. One without a token is no page's."""
    if TOKEN not in request.POST:
        return True
    files = [(name, file.name, file.size) for name, sent in request.FILES.lists() for file in sent]
    told = [request.session.session_key, request.get_full_path(), sorted(request.POST.lists()), files]
    request.sent_form = hashlib.sha256(json.dumps(told).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO users_sentform (digest) VALUES (%s) ON CONFLICT DO NOTHING", [request.sent_form])
        return cursor.rowcount == 1


def forget(request) -> None:
    """Let the form of a request be sent again, since nothing was done."""
    if hasattr(request, "sent_form"):
        SentForm.objects.filter(pk=request.sent_form).delete()
