"""What people look at before they decide."""

from apps.compliance.models import Review, WatchlistEntry

_LISTED = ("kind", "title", "remarks", "programs", "births", "birth_places", "countries", "addresses")


def open_reviews():
    """Return the open reviews with all that a list of them shows, the one due first on top."""
    return (
        Review.objects.filter(status=Review.Status.OPEN)
        .select_related("screening", "recipient_version__recipient__partner", "assignee")
        .order_by("due_at", "id")
    )


def evidence(review) -> dict:
    """
    Return what is known of the recipient beside what is listed of each entry it resembles.

    `hits` keeps the order of the screening, highest score first; each holds the score with its parts, the words that
    agree, and everything the list version that was screened against says of the entry. `earlier` are the decided
    reviews of the same recipient. The number of queries does not depend on the number of hits.
    """
    version = review.recipient_version
    earlier = (
        Review.objects.filter(recipient_version__recipient=version.recipient_id)
        .exclude(status=Review.Status.OPEN)
        .exclude(pk=review.pk)
        .select_related("decided_by", "screening")
        .order_by("-decided_at")
    )
    listed = _listed(review.screening)
    return {
        "review": review,
        "lists": review.screening.lists,
        "algorithm": review.screening.algorithm,
        "subject": {
            "recipient": version.recipient.public_id,
            "kind": version.recipient.kind,
            "name": version.name,
            "country": version.country,
            "date_of_birth": version.date_of_birth,
            "address": version.address,
            "email": version.email,
        },
        "hits": [hit | {"listed": listed[hit["list"], hit["uid"]]} for hit in review.screening.hits],
        "earlier": list(earlier),
    }


def _listed(screening) -> dict:
    """Return the facts of each entry that was hit, by list and uid, from the list versions of that screening."""
    versions = dict(part.split("@") for part in screening.lists.split("+"))
    entries = WatchlistEntry.objects.filter(uid__in=[hit["uid"] for hit in screening.hits])
    found = {}
    for entry in entries.select_related("watchlist").prefetch_related("names"):
        source = entry.watchlist.source
        if source in versions and entry.watchlist.sha256.startswith(versions[source]):
            names = [
                {"text": name.text, "kind": name.get_kind_display(), "weak": name.weak} for name in entry.names.all()
            ]
            found[source, entry.uid] = {field: getattr(entry, field) for field in _LISTED} | {"names": names}
    return found
