"""What is known of recipients beside their own rows."""

from django.db import models

from apps.recipients.models import PayoutMethod, PayoutMethodVersion, Recipient, RecipientVersion

MOST_ALIKE = 50
_WORDS = {
    "template": "array_to_string(tsvector_to_array(recipients_words(%(expressions)s)), ' ')",
    "output_field": models.TextField(),
}


def current_method_version(recipient_id):
    """Return the newest version, not turned down, of the recipient's newest active method, or None."""
    method = PayoutMethod.objects.filter(recipient_id=recipient_id, status="active").order_by("-id").first()
    if method is None:
        return None
    version = PayoutMethodVersion.objects.current("method", [method.pk])[method.pk]
    version.method = method
    return version


def method_history(recipient) -> list[tuple]:
    """
    Return every version of the recipient's methods, the newest first, each with what it changed.

    What it changed are (title, before, after); an account that is another with the same mask says so.
    """
    versions = PayoutMethodVersion.objects.filter(method__recipient=recipient.pk)
    versions = versions.select_related("method", "created_by", "change__proposed_by", "change__decided_by")
    rows, before = [], {}
    for version in versions.order_by("method", "number"):
        former = before.get(version.method_id)
        rows.append((version, changed_details(former, version) if former else []))
        if not hasattr(version, "change") or version.change.status not in ("refused", "withdrawn"):
            before[version.method_id] = version
    return rows[::-1]


def changed_details(before, after) -> list[tuple[str, str, str]]:
    """Return what two versions of a method differ in, as (title, before, after)."""
    changes = []
    if before.account_index != after.account_index:
        same = " (another number)" if before.account_masked == after.account_masked else ""
        changes.append(("Account", before.account_masked, after.account_masked + same))
    for title, name in (("Holder", "holder_name"), ("Country", "country"), ("BIC", "bic"), ("Currency", "currency")):
        if getattr(before, name) != getattr(after, name):
            changes.append((title, getattr(before, name) or "–", getattr(after, name) or "–"))
    return changes


def changed_facts(versions) -> list[tuple]:
    """Return versions of a recipient, given newest first, each with (title, before, after) of what it changed."""
    titles = (("Name", "name"), ("Country", "country"), ("Born", "date_of_birth"), ("E-mail", "email"))
    rows = []
    for version, before in zip(versions, [*versions[1:], None], strict=True):
        changes = [] if before is None else [
            (title, getattr(before, name) or "–", getattr(version, name) or "–")
            for title, name in titles
            if getattr(before, name) != getattr(version, name)
        ]  # fmt: skip
        if before is not None and before.address != version.address:
            changes.append(("Address", ", ".join(before.address.values()), ", ".join(version.address.values())))
        rows.append((version, changes))
    return rows


def likely_duplicates(recipient, current, accounts) -> list[tuple]:
    """
    Return other recipients who may be the same, each with its newest version and the reasons.

    The reasons are an account that both have or had (`accounts` are blind indexes), or the same words as name where
    the dates of birth agree, or one is unknown and the country is the same. It takes three queries.
    """
    reasons = {}
    same = PayoutMethodVersion.objects.filter(account_index__in=list(accounts)).exclude(method__recipient=recipient.pk)
    for version in same.select_related("method").order_by("-id")[:MOST_ALIKE]:
        reasons.setdefault(version.method.recipient_id, {})["account"] = f"Same account {version.account_masked}"
    for version in _namesakes(recipient.pk, current.name):
        both_born = current.date_of_birth and version.date_of_birth
        if both_born and current.date_of_birth == version.date_of_birth:
            reasons.setdefault(version.recipient_id, {})["name"] = "Same name and date of birth"
        elif not both_born and current.country == version.country:
            reasons.setdefault(version.recipient_id, {})["name"] = f"Same name in {version.country}"
    others = Recipient.objects.filter(pk__any_of=list(reasons)).select_related("partner").order_by("-pk")
    names = RecipientVersion.objects.current("recipient", list(reasons)) if reasons else {}
    return [(other, names[other.pk], list(reasons[other.pk].values())) for other in others]


def _namesakes(recipient_id, name):
    words = models.Func(models.Value(name), **_WORDS)
    named = RecipientVersion.objects.named(name).annotate(words=models.Func(models.F("name"), **_WORDS))
    return named.filter(words=words).exclude(recipient=recipient_id).order_by()[:MOST_ALIKE]
