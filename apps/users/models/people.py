from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now

from apps.core.database import LockingQuerySet
from apps.core.ids import PublicId, uuid7
from apps.users.roles import CONFIRMED, ROLES, permissions_of


class UserManager(BaseUserManager.from_queryset(LockingQuerySet)):
    def get_by_natural_key(self, email):
        return self.get(email=email.strip().lower())


class User(PublicId, AbstractBaseUser):
    """
    Someone who acts: a person who signs in, or the service user through which a partner's keys act.

    What a person may do comes from their roles and from nothing else; there are no superusers. What a service user may
    do comes from the key that was presented, see `act_through`.
    """

    class Kind(models.TextChoices):
        PERSON = "person", "Person"
        SERVICE = "service", "Service"

    id_prefix = "usr"
    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    is_superuser = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True, help_text="What the person signs in with, in small letters.")
    name = models.CharField(max_length=140, help_text="As colleagues and the audit trail show it.")
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.PERSON)
    is_active = models.BooleanField(default=True, help_text="Without this, sessions and keys stop working at once.")
    is_demo = models.BooleanField(
        default=False,
        editable=False,
        help_text="Invented for a demo: signs in without a phone, and never where money is real.",
    )
    must_change_password = models.BooleanField(
        default=False,
        editable=False,
        help_text="An administrator set the password, so the person has to choose another one before anything else.",
    )
    human_id = models.UUIDField(
        null=True,
        editable=False,
        db_index=True,
        help_text="The same for all accounts of one person; empty for who has one only. Follows confirmed links alone.",
    )
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        default="",
        help_text="The zone in which the pages show this person times, as Europe/Berlin; empty: the portal's.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = UserManager()

    # Whether a browser's session says that it is this person: set by the backend, never stored.
    is_of_browser = False
    # The sign-in this person acts in, in this request: set by the middleware, never stored.
    sign_in = None
    # The key a service user acts through in this request: set by `act_through`, never stored.
    api_key = None
    partner_id = None
    scopes = ()
    _granted = frozenset()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["person", "service"]), name="users_user_kind"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="users_user_email_in_small_letters"),
            models.CheckConstraint(
                condition=Q(kind="person") | Q(password__startswith="!"),  # noqa: S106  Django's mark of "no password"
                name="users_user_service_has_no_password",
            ),
        ]

    def __str__(self):
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the pages show this person times."""
        return ZoneInfo(self.time_zone or settings.PEOPLE_TIME_ZONE)

    @property
    def is_staff(self) -> bool:
        """Tell Django's admin who may come in; what they may do there is a matter of permissions."""
        return self.kind == self.Kind.PERSON

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles this person held when first asked; a request loads its user anew."""
        return frozenset(self.role_assignments.values_list("role", flat=True))

    @property
    def permissions(self) -> frozenset[str]:
        if not self.is_active:
            return frozenset()
        return permissions_of(self.roles) if self.kind == self.Kind.PERSON else self._granted

    def has_perm(self, permission, obj=None) -> bool:
        return permission in self.permissions

    def must_confirm(self, permission) -> bool:
        """Whether a second factor has to be given, in this request, before `permission` is used."""
        return permission in CONFIRMED and self.is_unconfirmed

    @property
    def is_unconfirmed(self) -> bool:
        """Whether a second factor has to be given first; a browser without a sign-in has shown nothing."""
        return self.is_of_browser if self.sign_in is None else self.sign_in.must_confirm

    def has_perms(self, permissions, obj=None) -> bool:
        return self.permissions.issuperset(permissions)

    def has_module_perms(self, app_label) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in self.permissions)

    def act_through(self, key, permissions):
        """Let this service user act with what `key` may do, and be named after it in the audit trail."""
        assert self.kind == self.Kind.SERVICE, "a person never acts through a key"
        self.api_key, self.partner_id = key, key.partner_id
        self.scopes, self._granted = tuple(key.scopes), frozenset(permissions)

    @property
    def actor_kind(self) -> str:
        return "person" if self.kind == self.Kind.PERSON else "key"

    @property
    def actor_id(self) -> str:
        return self.api_key.public_id if self.api_key else self.public_id

    @property
    def actor_label(self) -> str:
        return f"{self.name} ({self.api_key.name})" if self.api_key else self.name

    @property
    def person_id(self):
        """The person answerable for what is done here: oneself, or whoever made the key; None if the system made it."""
        if self.kind == self.Kind.PERSON:
            return self.pk
        return self.api_key.created_by_id if self.api_key else None

    @cached_property
    def accounts(self) -> frozenset:
        """The ids of all accounts of this person, this one among them; a request loads its user anew."""
        if self.human_id is None:
            return frozenset({self.pk})
        return frozenset(User.objects.filter(human_id=self.human_id).values_list("pk", flat=True)) | {self.pk}

    @property
    def people_behind(self) -> tuple:
        """
        The ids of the users who may not approve what was made here: all accounts of this person, and whoever answers for
        its key.
        """
        return tuple((self.accounts | {self.person_id}) - {None})


class RoleAssignment(models.Model):
    """One role that one person holds."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(max_length=20, choices={name: role.title for name, role in ROLES.items()})
    assigned_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who gave the role; empty if a command of the installation did.",
    )
    assigned_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        ordering = ["role"]
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="users_role_once"),
            models.CheckConstraint(condition=Q(role__in=sorted(ROLES)), name="users_role_known"),
            models.CheckConstraint(condition=~Q(assigned_by=F("user")), name="users_role_not_by_oneself"),
        ]

    def __str__(self):
        return ROLES[self.role].title
