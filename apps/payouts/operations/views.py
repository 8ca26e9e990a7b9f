from django.db import transaction

from apps.core.errors import Fault, Invalid, NotFound
from apps.core.permissions import require_permission
from apps.core.text import InvalidText, check_text
from apps.payouts.models import SavedView

MOST_VIEWS = 30


@transaction.atomic
def save_view(name, query, *, by):
    """
    Keep a question to the list of payouts under a name of this person's own; the same name takes the former's place.

    :raises PermissionDenied: if `by` may not look at payouts.
    :raises Invalid: if the name is none, or there are too many.
    """
    require_permission(by, "payouts.view_payout")
    try:
        name = check_text(name, max_length=60)
    except InvalidText as error:
        raise Invalid("The view needs a name.", errors=[Fault("/name", error.code, error.detail)]) from error
    if len(query) > 2000:
        raise Invalid("This question is too long to be kept.")
    others = SavedView.objects.filter(owner=by).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise Invalid(f"At most {MOST_VIEWS} views are kept for a person. Remove one first.")
    view, _ = SavedView.objects.update_or_create(owner=by, name=name, defaults={"query": query})
    return view


@transaction.atomic
def remove_view(view_id, *, by):
    """
    Forget a view that this person keeps.

    :raises NotFound: if they keep no such view.
    """
    removed, _ = SavedView.objects.filter(pk=view_id, owner=by).delete()
    if not removed:
        raise NotFound("You keep no such view.")
