"""What must not be there where money is real."""

from django.conf import settings
from django.core import checks
from django.db import OperationalError, ProgrammingError

from apps.users.models import User


@checks.register(checks.Tags.database)
def nobody_is_invented_where_money_is_real(app_configs, databases, **kwargs):
    """Report people of a demo who could sign in to a portal with `LIVE`."""
    if not settings.LIVE or not databases:
        return []
    try:
        found = list(User.objects.filter(is_demo=True, is_active=True).values_list("email", flat=True)[:5])
    except (OperationalError, ProgrammingError):  # there are no tables yet
        return []
    if not found:
        return []
    return [
        checks.Error(
            f"People of a demo are in this database: {', '.join(found)}.",
            hint="They are refused at sign-in. Use a database without a demo, or shut them out under People.",
            id="users.E001",
        )
    ]
