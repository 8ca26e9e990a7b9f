from apps.users.models.links import PersonLink
from apps.users.models.passkeys import Challenge, Passkey
from apps.users.models.people import RoleAssignment, User, UserManager
from apps.users.models.sent_forms import SentForm
from apps.users.models.sign_in import Attempts, RecoveryCode, SecondFactor, SignIn

__all__ = [
    "Attempts",
    "Challenge",
    "Passkey",
    "PersonLink",
    "RecoveryCode",
    "RoleAssignment",
    "SecondFactor",
    "SentForm",
    "SignIn",
    "User",
    "UserManager",
]
