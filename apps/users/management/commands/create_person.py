import os
from getpass import getpass

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.core.permissions import SYSTEM
from apps.users.operations import create_person
from apps.users.roles import ROLES


class Command(BaseCommand):
    help = "Add a person who can sign in. The password is asked for, or taken from PERSON_PASSWORD."

    def add_arguments(self, parser):
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="as colleagues and the audit trail show it")
        parser.add_argument(
            "--role", action="append", default=[], choices=list(ROLES), dest="roles", help="may be given several times"
        )
        parser.add_argument(
            "--demo",
            action="store_true",
            help="invented: signs in without a second factor, and never where money is real",
        )

    def handle(self, *, email, name, roles, demo, **options):
        try:
            person = create_person(email, name, roles=roles, password=_password(), by=SYSTEM, is_demo=demo)
        except DomainError as error:
            raise CommandError(str(error)) from error
        titles = ", ".join(ROLES[role].title for role in roles) or "no role yet"
        self.stdout.write(f"{person.public_id} {person.email}: {titles}")


def _password():
    password = os.environ.get("PERSON_PASSWORD")
    if password:
        return password
    password = getpass("Password: ")
    if password != getpass("Again: "):
        raise CommandError("The two passwords differ.")
    return password
