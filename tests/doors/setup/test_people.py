"""People and their roles."""

import pytest

from apps.users.models import RoleAssignment, User
from tests import factories
from tests.doors.visits import Visitor

PEOPLE = "/admin/users/user/"


def page_of(person):
    return f"{PEOPLE}{person.public_id}/"


def roles_of(person):
    return sorted(RoleAssignment.objects.filter(user=person).values_list("role", flat=True))


def test_people_are_listed_with_their_roles_and_services_are_not(operator, platform, auditor):
    page = Visitor(auditor).open(PEOPLE)
    assert "Oda Operator" in page and f'data-id="{operator.public_id}"' in page
    assert "partners.invalid" not in page
    Visitor(auditor).open(page_of(platform.service_user), expect=404)


def test_roles_are_given_and_taken(operator, administrator):
    visitor = Visitor(administrator)
    assert "now holds the role Auditor" in visitor.press(f"{page_of(operator)}assign/", role="auditor")
    assert roles_of(operator) == ["auditor", "operator"]
    assert "no longer holds the role Operator" in visitor.press(f"{page_of(operator)}remove/", role="operator")
    assert roles_of(operator) == ["auditor"]


def test_roles_that_exclude_each_other_are_shown_and_refused(operator, administrator):
    page = Visitor(administrator).open(page_of(operator))
    assert "Not together with Operator" in page
    page = Visitor(administrator).press(f"{page_of(operator)}assign/", role="approver")
    assert "One person may not be Approver and Operator." in page
    assert roles_of(operator) == ["operator"]


def test_nobody_changes_their_own_roles(administrator):
    page = Visitor(administrator).open(page_of(administrator))
    assert "somebody else has to change your roles" in page
    assert "/assign/" not in page and "/remove/" not in page
    assert "Nobody changes their own roles." in Visitor(administrator).press(
        f"{page_of(administrator)}assign/", role="auditor"
    )
    assert roles_of(administrator) == ["administrator"]


@pytest.mark.parametrize("door", ["assign", "remove", "deactivate", "reactivate"])
def test_doors_are_for_administrators_and_for_posts(operator, auditor, administrator, door):
    page = Visitor(auditor).press(f"{page_of(operator)}{door}/", role="operator")
    assert "users.manage_roles" in page
    Visitor(administrator).open(f"{page_of(operator)}{door}/", expect=405)
    assert roles_of(operator) == ["operator"]
    assert User.objects.get(pk=operator.pk).is_active


def test_a_person_is_shut_out_and_let_in(operator, administrator):
    visitor, theirs = Visitor(administrator), Visitor(operator)
    theirs.open("/admin/")
    assert "is shut out" in visitor.press(f"{page_of(operator)}deactivate/")
    theirs.open("/admin/", expect=302)
    assert "may sign in again" in visitor.press(f"{page_of(operator)}reactivate/")
    assert User.objects.get(pk=operator.pk).is_active


def test_a_person_is_added_with_a_role(administrator):
    page = Visitor(administrator).press(
        f"{PEOPLE}new/", name="Nia New", email="nia@example.test", role="treasurer", password="long-enough-word-77"
    )
    assert "Nia New is added." in page
    person = User.objects.get(email="nia@example.test")
    assert roles_of(person) == ["treasurer"] and person.check_password("long-enough-word-77")


def test_adding_a_person_names_every_fault(administrator, auditor):
    page = Visitor(administrator).press(f"{PEOPLE}new/", name="", email="nowhere", password="x")
    assert "name@example.com" in page
    assert "This may not be empty." in page
    Visitor(auditor).press(f"{PEOPLE}new/", expect=403, name="N", email="n@example.test")
    assert not User.objects.filter(email__in=["nowhere", "n@example.test"]).exists()


def test_the_list_costs_the_same_however_many_people_there_are(administrator):
    visitor = Visitor(administrator)
    visitor.open(PEOPLE)
    few = visitor.count_queries(PEOPLE)
    for _ in range(5):
        factories.person("auditor")
    assert visitor.count_queries(PEOPLE) == few
