from getpass import getpass

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.audit.operations import confirm_lift, enter_hold_mode, propose_lift
from apps.audit.queries import held_since_restore, not_stated_since, open_hold_mode
from apps.core.errors import DomainError
from apps.core.permissions import SYSTEM
from apps.users.operations import check_code, check_password
from apps.users.queries import has_second_factor


class Command(BaseCommand):
    help = "Send nothing after a restore from backup: on, off (two people, each as when they sign in), or status."

    def add_arguments(self, parser):
        parser.add_argument("what", choices=["on", "off", "status"])
        parser.add_argument("--reason", default="", help="why it is turned on, or may be turned off")
        parser.add_argument("--email", help="who turns it off; the password is asked for")

    def handle(self, *, what, reason, email, **options):
        try:
            if what == "on":
                enter_hold_mode(by=SYSTEM, reason=reason or "Turned on by manage.py hold_mode.")
            elif what == "off":
                self.turn_off(email, reason)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.tell()

    def turn_off(self, email, reason):
        """Propose to lift hold mode as one person, or agree as another."""
        stop = open_hold_mode()
        if stop is None:
            raise CommandError("Hold mode is off.")
        if not email:
            raise CommandError("Say who you are with --email; two people turn it off, one after the other.")
        person = check_password(email, getpass(f"Password of {email}: "), address="")
        if person.must_change_password:
            raise CommandError("Sign in to the portal first and choose a password of your own.")
        if has_second_factor(person):
            check_code(person.pk, getpass(f"Code from the phone of {email}: "), address="")
        elif settings.LIVE:
            raise CommandError("Sign in to the portal first and set up your second factor.")
        if stop.lift_proposed_at is None:
            propose_lift(stop.pk, by=person, reason=reason)
        else:
            confirm_lift(stop.pk, by=person)

    def tell(self):
        stop = open_hold_mode()
        if held := held_since_restore():
            self.stdout.write(f"{held} payouts are held one by one until it is known whether they left.")
        if stop is None:
            self.stdout.write("Hold mode is off.")
            return
        self.stdout.write(f"Hold mode is on since {stop.opened_at:%Y-%m-%d %H:%M} UTC: {stop.reason}")
        for account in not_stated_since(stop.opened_at):
            self.stdout.write(f"No statement since: {account}")
        if stop.lift_proposed_at:
            self.stdout.write(f"{stop.lift_proposed_by} proposes to lift it: {stop.lift_reason}")
