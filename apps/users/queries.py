"""What pages ask about people."""

from apps.users.browsers import name_of
from apps.users.models import PersonLink, SecondFactor, SignIn

MOST_SIGN_INS = 50


def second_factor_of(person) -> SecondFactor | None:
    """Return the second factor that a person has set up."""
    return SecondFactor.objects.filter(user=person, enrolled_at__isnull=False).first()


def waiting_second_factor(person, factor_id) -> SecondFactor | None:
    """Return a person's second factor that waits for its first code, if it is this one."""
    return SecondFactor.objects.filter(user=person, pk=factor_id, enrolled_at__isnull=True).first()


def has_second_factor(person) -> bool:
    return second_factor_of(person) is not None


def sign_ins_of(person) -> list[SignIn]:
    """Return where a person is signed in now, newest first, each with the `browser_name` that people know."""
    found = list(SignIn.objects.open().filter(user_id=person.pk)[:MOST_SIGN_INS])
    for sign_in in found:
        sign_in.browser_name = name_of(sign_in.browser)
    return found


def links_of(person, viewer) -> list[PersonLink]:
    """Return what is said and not decided of a person's accounts, each with its `account` and what `viewer` may press."""
    found = list(PersonLink.objects.open().about(person).select_related("one", "other", "proposed_by"))
    for link in found:
        link.account = link.other if link.one_id == person.pk else link.one
        is_own = link.proposed_by_id in viewer.people_behind
        link.may_confirm = not is_own and not {link.one_id, link.other_id} & set(viewer.people_behind)
        link.refuse_caption = "Take back" if is_own else "Refuse"
    return found
