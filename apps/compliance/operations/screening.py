"""
What people and machines do about watchlists: load them, and screen recipients against them.

Screening fails closed: without an active list nobody is clear. Nothing here tells a partner what was found, because
nobody listed may learn it from their platform; the partner sees that a payout waits, and later how it went on.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import connection, transaction
from django.db.models import prefetch_related_objects
from psycopg.types.json import Jsonb

from apps.compliance import ofac
from apps.compliance.models import Review, Screening, Watchlist
from apps.compliance.operations.reviews import fact_of
from apps.compliance.screening import ALGORITHM, Subject, screener
from apps.core.database import database_now, insert_rows
from apps.core.ids import uuid7
from apps.core.permissions import author_of, require_permission
from apps.core.seldom import seldom
from apps.core.statements import ask, joined_rows, rows_where
from apps.events import operations as events
from apps.recipients.models import Recipient, RecipientVersion

REVIEW_DUE = timedelta(days=1)
_KNOWN = """
    FROM unnest(%s::uuid[]) AS asked (id)
    LEFT JOIN LATERAL (
         SELECT * FROM compliance_screening AS known
          WHERE known.recipient_version_id = asked.id AND known.lists = %s AND known.algorithm = %s
         OFFSET 0) AS compliance_screening ON true
    LEFT JOIN LATERAL (
         SELECT * FROM compliance_review AS known
          WHERE known.recipient_version_id = asked.id AND known.status = 'open'
         OFFSET 0) AS compliance_review ON true
"""
"""OFFSET 0 keeps each look-up by its index: the plan is kept, and made for as few rows as the first statement asks for."""
CHUNK = 1000


@dataclass(frozen=True)
class Loaded:
    """The outcome of loading files: the list, whether its content is new here, and what looked odd."""

    watchlist: Watchlist
    is_new: bool
    warnings: list[str]


@dataclass(frozen=True)
class Verdict:
    """
    Where a recipient version stands: `status` is clear, in_review, rejected or unscreened.

    `review` is the open or decided one behind the status, if any.
    """

    status: str
    screening: Screening | None = None
    review: Review | None = None


@transaction.atomic
def load_watchlist(paths, *, by, published_on=None):
    """
    Load OFAC's sdn.csv, alt.csv and add.csv as the active version of the list.

    Content that was loaded before is not loaded again; it becomes the active version if it is not.

    :raises PermissionDenied: if `by` may not load watchlists.
    :raises UnreadableWatchlist: naming file, line and reason; nothing is changed then.
    """
    require_permission(by, "compliance.load_watchlist")
    publication = ofac.read(*_contents(paths))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('compliance.load_watchlist'))")
    of_source = Watchlist.objects.filter(source=ofac.SOURCE)
    watchlist = of_source.filter(sha256=publication.sha256).first()
    if watchlist and watchlist.active:
        return Loaded(watchlist, False, publication.warnings)

    replaced = of_source.active().first()
    of_source.active().update(active=False)
    is_new = watchlist is None
    if is_new:
        watchlist = _insert(publication, author_of(by), published_on)
    else:
        of_source.filter(pk=watchlist.pk).update(active=True)
        watchlist.active = True
    changes = {"active": [replaced.version if replaced else None, watchlist.version]}
    data = {
        "id": watchlist.public_id,
        "version": watchlist.version,
        "entries": watchlist.entries,
        "names": watchlist.names,
        "addresses": watchlist.addresses,
        "warnings": publication.warnings,
    }
    event = "watchlist.loaded" if is_new else "watchlist.activated"
    events.record(event, [events.Fact(watchlist.public_id, None, data, changes)], by=by)
    return Loaded(watchlist, is_new, publication.warnings)


@transaction.atomic(savepoint=False)
def screen(version_ids, *, by, made=(), now=None):
    """
    Say of each recipient version whether it may be paid; return {version id: Verdict}.

    What was screened against the active lists before is looked up. The rest is screened in memory, stored, and put
    before a person if it hit, unless a person cleared the same entries for the same facts before. The number of
    statements does not grow with the number of versions. Without an active list all are unscreened.

    `made` are versions, with their recipients, that this transaction has just made: nobody else can know them. `now` is
    the database's clock, if it was asked lately.
    """
    version_ids = set(version_ids)
    watchlists = seldom(Watchlist, "active", lambda: rows_where(Watchlist, "WHERE active ORDER BY source"))
    if not watchlists or not version_ids:
        return dict.fromkeys(version_ids, Verdict("unscreened"))

    lists = "+".join(watchlist.version for watchlist in watchlists)
    versions = {version.pk: version for version in made}
    seen_before = version_ids - versions.keys()
    screenings, open_cases = _known(seen_before, lists)
    verdicts = _verdicts(screenings, open_cases)
    if undecided := seen_before - verdicts.keys():
        versions |= _lock_subjects(undecided)
        screenings, open_cases = _known(undecided, lists)
        verdicts |= _verdicts(screenings, open_cases)
    unsettled = version_ids - verdicts.keys()
    unknown = [versions[pk] for pk in sorted(unsettled - screenings.keys())]
    screenings |= _make_screenings(unknown, lists, watchlists, now)
    return verdicts | _judge({pk: screenings[pk] for pk in unsettled}, versions, open_cases, by)


def foresee(version_ids, subjects):
    """
    Say what screening would come to, without keeping anything: (status per version id, status per subject).

    The statuses are those of a `Verdict`; somebody who is not known yet and hits a list would be in_review.
    """
    watchlists = list(Watchlist.objects.active())
    if not watchlists:
        return dict.fromkeys(version_ids, "unscreened"), ["unscreened"] * len(subjects)
    lists = "+".join(watchlist.version for watchlist in watchlists)
    verdicts = _verdicts(*_known(set(version_ids), lists)) if version_ids else {}
    statuses = {pk: verdict.status for pk, verdict in verdicts.items()}
    search = screener(watchlists)
    unknown = RecipientVersion.objects.filter(pk__any_of=set(version_ids) - statuses.keys())
    for version in unknown if version_ids else ():
        statuses[version.pk] = _foreseen(search, Subject(version.name, version.country, version.date_of_birth))
    return statuses, [_foreseen(search, subject) for subject in subjects]


def _foreseen(search, subject):
    return "in_review" if search.hits(subject) else "clear"


def _contents(paths):
    try:
        sdn, alt, add = (Path(path).read_bytes() for path in paths)
    except OSError as error:
        raise ofac.UnreadableWatchlist(f"{error.filename} cannot be read: {error.strerror}.") from error
    return sdn, alt, add


def _insert(publication, loaded_by, published_on):
    """Store the publication by COPY: thirty thousand rows in a second."""
    watchlist = Watchlist.objects.create(
        source=ofac.SOURCE,
        sha256=publication.sha256,
        published_on=published_on,
        entries=len(publication.entries),
        names=sum(len(entry.names) for entry in publication.entries),
        addresses=publication.addresses,
        active=True,
        loaded_by=loaded_by,
        loaded_at=database_now(),
    )
    ids = [uuid7() for _ in publication.entries]
    with connection.cursor() as cursor:
        columns = "id, watchlist_id, number, uid, kind, digest, programs, title, remarks, births, birth_places, countries, addresses"
        with cursor.copy(f"COPY compliance_watchlistentry ({columns}) FROM STDIN") as copy:
            for number, (entry_id, entry) in enumerate(zip(ids, publication.entries, strict=True)):
                copy.write_row(
                    (
                        entry_id, watchlist.pk, number, entry.uid, entry.kind, entry.digest, entry.programs, entry.title,
                        entry.remarks, Jsonb(entry.births), Jsonb(entry.birth_places), entry.countries,
                        Jsonb(entry.addresses),
                    )
                )  # fmt: skip
        with cursor.copy("COPY compliance_watchlistname (id, entry_id, number, text, kind, weak) FROM STDIN") as copy:
            for entry_id, entry in zip(ids, publication.entries, strict=True):
                for number, name in enumerate(entry.names):
                    copy.write_row((uuid7(), entry_id, number, name.text, name.kind, name.weak))
    return watchlist


def _known(version_ids, lists):
    """Return the screening against these lists, and the open review, of each version that has one."""
    if not version_ids:
        return {}, {}
    rows = joined_rows((Screening, Review), _KNOWN, [list(version_ids), lists, ALGORITHM])
    found = {screening.recipient_version_id: screening for screening, _ in rows if screening}
    hits = [screening for screening in found.values() if screening.outcome == Screening.Outcome.HIT]
    prefetch_related_objects(hits, "review", "covered_by")
    return found, {review.recipient_version_id: review for _, review in rows if review}


def _verdicts(screenings, open_cases):
    """Return the verdict on each version that has one: not on a hit that nobody was asked about."""
    found = {pk: _verdict(screening, open_cases.get(pk)) for pk, screening in screenings.items()}
    return {pk: verdict for pk, verdict in found.items() if verdict}


def _verdict(screening, open_review):
    """Read the verdict off a screening: an open review first, then an earlier decision it rests on, then its own."""
    if open_review:
        return Verdict("in_review", screening, open_review)
    if screening.outcome == Screening.Outcome.CLEAR:
        return Verdict("clear", screening)
    if screening.covered_by:
        return Verdict("clear", screening, screening.covered_by)
    if hasattr(screening, "review"):
        status = "clear" if screening.review.status == Review.Status.CLEARED else "rejected"
        return Verdict(status, screening, screening.review)
    return None


def _lock_subjects(version_ids):
    """Return the versions with their recipients locked, so that two calls never screen the same one at once."""
    ids = [list(version_ids)]
    ask(
        "SELECT FROM recipients_recipient WHERE id IN (SELECT recipient_id FROM recipients_recipientversion WHERE id = ANY(%s))"
        " ORDER BY id FOR NO KEY UPDATE",
        ids,
    )
    of_recipients = "JOIN recipients_recipient ON recipients_recipient.id = recipient_id WHERE recipients_recipientversion.id = ANY(%s)"
    versions = {}
    for version, recipient in joined_rows(
        (RecipientVersion, Recipient), f"FROM recipients_recipientversion {of_recipients}", ids
    ):
        version.recipient, versions[version.pk] = recipient, version
    return versions


def _make_screenings(versions, lists, watchlists, now):
    """Screen each version against these lists, in memory, and store what was found."""
    if not versions:
        return {}
    search, now, made = screener(watchlists), now or database_now(), {}
    for version in versions:
        hits = search.hits(Subject(version.name, version.country, version.date_of_birth))
        made[version.pk] = Screening.make(
            recipient_version_id=version.pk,
            lists=lists,
            algorithm=ALGORITHM,
            outcome=Screening.Outcome.HIT if hits else Screening.Outcome.CLEAR,
            hits=hits,
            screened_at=now,
        )
    insert_rows(made.values(), wait=False)
    return made


def _judge(screenings, versions, open_cases, by):
    """Return the verdict of each screening; open a review for each hit that neither a review nor a memory covers."""
    hits = []
    for pk, screening in screenings.items():
        screening.recipient_version = versions[pk]
        if screening.outcome == Screening.Outcome.HIT and pk not in open_cases:
            hits.append(screening)
    if hits:
        _cover(hits)
        open_cases = open_cases | _open_reviews([screening for screening in hits if not screening.covered_by], by)
    return _verdicts(screenings, open_cases)


def _cover(screenings):
    """Let earlier decisions cover the screenings whose every hit a person cleared, for the same facts and content."""
    recipients = {screening.recipient_version.recipient_id for screening in screenings}
    decided = Review.objects.filter(recipient_version__recipient__in=recipients).exclude(status=Review.Status.OPEN)
    cleared = {}
    for review in decided.select_related("screening", "recipient_version").order_by("decided_at", "pk"):
        for hit in review.screening.hits:
            key = (*_facts(review.recipient_version), hit["digest"])
            if review.status == Review.Status.CLEARED:
                cleared[key] = review
            else:
                cleared.pop(key, None)
    covered = []
    for screening in screenings:
        facts = _facts(screening.recipient_version)
        reviews = [cleared.get((*facts, hit["digest"])) for hit in screening.hits]
        if all(reviews):
            screening.covered_by = max(reviews, key=lambda review: review.decided_at)
            covered.append(screening)
    if covered:
        Screening.objects.bulk_update(covered, ["covered_by"], batch_size=CHUNK)


def _facts(version):
    """What a decision was made on: if one of these changes, it has to be made again."""
    return version.recipient_id, version.name, version.country, version.date_of_birth


def _open_reviews(screenings, by):
    now = database_now()
    reviews = [
        Review(
            screening=screening,
            recipient_version=screening.recipient_version,
            opened_at=now,
            due_at=now + REVIEW_DUE,
        )
        for screening in screenings
    ]
    Review.objects.bulk_create(reviews, batch_size=CHUNK)
    events.record("review.opened", [fact_of(review) for review in reviews], by=by)
    return {review.recipient_version_id: review for review in reviews}
