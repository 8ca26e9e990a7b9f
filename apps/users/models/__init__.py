from apps.users.models.people import RoleAssignment, User, UserManager
from apps.users.models.sign_in import Attempts, RecoveryCode, SecondFactor, SignIn

__all__ = ["Attempts", "RecoveryCode", "RoleAssignment", "SecondFactor", "SignIn", "User", "UserManager"]
