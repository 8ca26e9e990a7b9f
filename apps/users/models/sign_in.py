"""How people sign in: what they have signed in with, where they are signed in, and who tried in vain."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from apps.core.ciphertext import Ciphertext
from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.users.models.people import User


class SecondFactor(models.Model):
    """
    The app on somebody's phone that shows codes for signing in (TOTP, RFC 6238), once they have shown that it does.

    A person has one, and beside it for a while another one that is to take its place.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="second_factors")
    secret_ciphertext = Ciphertext(context="users.secondfactor.secret:{pk}", editable=False)
    last_step = models.BigIntegerField(
        default=0,
        help_text="The half minute of the newest code that was accepted; that one and older ones are refused.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    enrolled_at = models.DateTimeField(null=True, help_text="Empty until the first code was right.")

    objects = LockingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last_step=0, enrolled_at__isnull=True) | Q(last_step__gt=0, enrolled_at__isnull=False),
                name="users_secondfactor_enrolled_by_a_code",
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(enrolled_at__isnull=False), name="users_secondfactor_one"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(enrolled_at__isnull=True), name="users_secondfactor_one_waits"
            ),
        ]

    def __str__(self):
        return f"second factor of {self.user_id}"


class RecoveryCode(models.Model):
    """One of the codes that open the door once when the phone is lost; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    second_factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.BinaryField(editable=False)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["second_factor", "digest"], name="users_recoverycode_once"),
        ]

    def __str__(self):
        return f"recovery code of {self.second_factor_id}"


class SignInQuerySet(LockingQuerySet):
    def with_clock(self):
        """Load `now`, the database's time, and `has_second_factor`, whether the person has one, with each row."""
        enrolled = SecondFactor.objects.filter(user=OuterRef("user"), enrolled_at__isnull=False)
        return self.annotate(now=Now(), has_second_factor=Exists(enrolled))

    def open(self):
        """Those that would let a person in now."""
        return self.filter(
            ended_at__isnull=True,
            started_at__gt=Now() - timedelta(seconds=settings.SESSION_COOKIE_AGE),
            seen_at__gt=Now() - timedelta(seconds=settings.SESSION_IDLE_SECONDS),
        )


class SignIn(PublicId, models.Model):
    """
    One time that somebody signed in, from beginning to end.

    The browser's session carries its id, and is worth nothing once this row has an end.
    """

    class End(models.TextChoices):
        SIGNED_OUT = "signed_out", "Signed out"
        IDLE = "idle", "Not used for too long"
        TOO_LONG = "too_long", "Signed in for too long"
        ENDED = "ended", "Ended by the person from elsewhere"
        ENDED_BY_ADMINISTRATOR = "ended_by_administrator", "Ended by an administrator"
        PASSWORD_CHANGED = "password_changed", "The password was changed"  # noqa: S105  no password
        SECOND_FACTOR_RESET = "second_factor_reset", "The second factor was taken away"
        SHUT_OUT = "shut_out", "The person was shut out"
        NOT_ALLOWED = "not_allowed", "Not allowed where real money moves"

    id_prefix = "si"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_ins")
    address = models.GenericIPAddressField(null=True, help_text="Where the browser called from.")
    browser = models.CharField(max_length=200, blank=True, help_text="What the browser calls itself.")
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField(db_default=Now(), help_text="When it was last used, to the minute.")
    confirmed_at = models.DateTimeField(null=True, help_text="When a second factor was last given in it.")
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=30, choices=End, blank=True, help_text="Why it ended.")

    objects = SignInQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["user"], condition=Q(ended_at__isnull=True), name="users_signin_open")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end="") | Q(ended_at__isnull=False) & ~Q(end=""),
                name="users_signin_end_has_a_reason",
            ),
        ]

    def __str__(self):
        return f"{self.user} since {self.started_at:%Y-%m-%d %H:%M} UTC"

    @property
    def due_end(self) -> str:
        """Why this must end by the clock, or an empty text; needs `with_clock`."""
        if self.now - self.started_at > timedelta(seconds=settings.SESSION_COOKIE_AGE):
            return self.End.TOO_LONG
        if self.now - self.seen_at > timedelta(seconds=settings.SESSION_IDLE_SECONDS):
            return self.End.IDLE
        if settings.LIVE and (self.user.is_demo or not self.has_second_factor):
            return self.End.NOT_ALLOWED
        return ""

    @property
    def is_confirmed(self) -> bool:
        """Whether a second factor was given a short while ago; needs `with_clock`."""
        limit = timedelta(seconds=settings.CONFIRMATION_SECONDS)
        return self.confirmed_at is not None and self.now - self.confirmed_at < limit

    @property
    def must_confirm(self) -> bool:
        """Whether a second factor has to be given before something that matters; needs `with_clock`."""
        return self.has_second_factor and not self.is_confirmed


class Attempts(PublicId, models.Model):
    """
    How often signing in was tried of late with one email address, from one network address, or with one person's codes.

    An attempt counts before it is known whether it is right, so many at once are no more than the limit; a right one is
    taken back.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", "Email address"
        ADDRESS = "address", "Network address"
        CODE = "code", "Second factor"

    id_prefix = "try"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=7, choices=Kind)
    digest = models.BinaryField(
        help_text="Of what is counted; people may have typed a password where the name belongs."
    )
    count = models.IntegerField()
    since = models.DateTimeField(help_text="When the first of these was made.")
    closed_until = models.DateTimeField(null=True, help_text="Until then every attempt is refused.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "digest"], name="users_attempts_once"),
            models.CheckConstraint(condition=Q(kind__in=["account", "address", "code"]), name="users_attempts_kind"),
            models.CheckConstraint(condition=Q(count__gte=0), name="users_attempts_count"),
        ]

    def __str__(self):
        return f"{self.count} attempts by {self.kind}"
