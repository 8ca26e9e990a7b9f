"""What people look at before they decide."""

from django.db.models import Q

from apps.compliance.models import Review, Screening, WatchlistEntry
from apps.users.models import User
from apps.users.roles import ROLES

MOST_OTHERS = 20

_LISTED = ("kind", "title", "remarks", "programs", "births", "birth_places", "countries", "addresses")


def as_listed(reviews):
    """Join reviews with all that a list of them shows."""
    return reviews.select_related(
        "screening", "recipient_version__recipient__partner", "assignee", "proposed_by", "decided_by"
    )


def people_for_reviews():
    """Return the people to whom a review can be given."""
    roles = [name for name, role in ROLES.items() if "compliance.work_on_review" in role.permissions]
    people = User.objects.filter(kind=User.Kind.PERSON, is_active=True, role_assignments__role__in=roles)
    return people.distinct().order_by("name")


def evidence(review) -> dict:
    """
    Return what is known of the recipient beside what is listed of each entry it resembles.

    `hits` keeps the order of the screening, highest score first; each holds the score with its parts, the words that
    agree, everything the list version that was screened against says of the entry, and what was decided before: of this
    recipient and the entry as `pair`, of others who resembled it as `others`. `earlier` are the decided reviews of the
    same recipient. The number of queries does not depend on the number of hits.
    """
    version = review.recipient_version
    decided = Review.objects.exclude(status=Review.Status.OPEN).exclude(pk=review.pk)
    decided = decided.select_related("decided_by", "proposed_by", "screening", "recipient_version").order_by(
        "-decided_at"
    )
    earlier = list(decided.filter(recipient_version__recipient=version.recipient_id))
    latest = decided.select_related(None).filter(screening__in=_with_entries(review.screening.hits))
    latest = latest.exclude(recipient_version__recipient=version.recipient_id).values("pk")[:MOST_OTHERS]
    others = list(decided.filter(pk__in=latest).select_related("recipient_version__recipient__partner"))
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
        "hits": [
            hit
            | {
                "listed": listed[hit["list"], hit["uid"]],
                "pair": [(other, _since(other, hit, version)) for other in earlier if _hit_of(other, hit)],
                "others": [other for other in others if _hit_of(other, hit)],
            }
            for hit in review.screening.hits
        ],
        "earlier": earlier,
    }


def _with_entries(hits):
    """Return the screenings that hit one of the entries that these hits are of."""
    about = Q()
    for hit in hits:
        about |= Q(hits__contains=[{"list": hit["list"], "uid": hit["uid"]}])
    return Screening.objects.filter(about, outcome=Screening.Outcome.HIT).values("pk")


def _hit_of(review, hit):
    """Return the hit of an earlier review that is of the same entry, or None."""
    return next((one for one in review.screening.hits if (one["list"], one["uid"]) == (hit["list"], hit["uid"])), None)


def _since(review, hit, version) -> list[str]:
    """Return what has changed since an earlier decision about the same recipient and entry."""
    before = review.recipient_version
    names = {"name": "name", "country": "country", "date_of_birth": "date of birth", "address": "address"}
    changed = [f"their {text}" for name, text in names.items() if getattr(before, name) != getattr(version, name)]
    return changed + ([] if _hit_of(review, hit)["digest"] == hit["digest"] else ["what is listed"])


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
