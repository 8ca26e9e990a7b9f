from apps.core.errors import Conflict


class CannotCreate(Conflict):
    """The platform may not create payouts now."""

    code = "cannot-create-payout"


class CannotReject(Conflict):
    """At least one payout cannot be rejected now; nothing was recorded."""

    code = "cannot-reject"


class CannotCancel(Conflict):
    """At least one payout cannot be cancelled any more; nothing was changed."""

    code = "cannot-cancel"


class CannotHold(Conflict):
    """The hold cannot be opened or lifted."""

    code = "cannot-hold"


class CannotSettle(Conflict):
    """The evidence does not fit the payout."""

    code = "cannot-settle"
