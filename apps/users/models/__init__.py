from apps.users.models.links import PersonLink
from apps.users.models.people import RoleAssignment, User, UserManager
from apps.users.models.sign_in import Attempts, RecoveryCode, SecondFactor, SignIn

__all__ = ["Attempts", "PersonLink", "RecoveryCode", "RoleAssignment", "SecondFactor", "SignIn", "User", "UserManager"]
