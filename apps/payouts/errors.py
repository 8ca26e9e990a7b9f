from apps.core.errors import Conflict


class CannotCreate(Conflict):
    """The platform may not create payouts now."""

    code = "cannot-create-payout"
    title = "The platform cannot create payouts now"


class Changed(Conflict):
    """At least one payout is not any more what the person was shown; nothing was done."""

    code = "changed-meanwhile"
    title = "It has changed since it was shown"


class CannotReject(Conflict):
    """At least one payout cannot be rejected now; nothing was recorded."""

    code = "cannot-reject"
    title = "This cannot be rejected now"


class CannotCancel(Conflict):
    """At least one payout cannot be cancelled any more; nothing was changed."""

    code = "cannot-cancel"
    title = "This cannot be cancelled any more"


class CannotRecall(Conflict):
    """At least one payout cannot be asked back from its bank now; nothing was requested."""

    code = "cannot-recall"
    title = "The bank cannot be asked for this now"


class CannotHold(Conflict):
    """The hold cannot be opened or lifted."""

    code = "cannot-hold"
    title = "The hold cannot be opened or lifted"


class CannotStop(Conflict):
    """There is nothing such to stop, or it is stopped already."""

    code = "cannot-stop"
    title = "This cannot be stopped"


class CannotLift(Conflict):
    """The stop cannot be lifted now, or not by this person."""

    code = "cannot-lift-stop"
    title = "The stop cannot be lifted now"


class CannotSettle(Conflict):
    """The evidence does not fit the payout."""

    code = "cannot-settle"
    title = "The evidence does not fit"


class CannotResolve(Conflict):
    """The doubt cannot be resolved this way now."""

    code = "cannot-resolve"
    title = "The doubt cannot be resolved this way"


class CannotChangePlan(Conflict):
    """The plan of a batch cannot be changed this way any more, or not as asked."""

    code = "cannot-change-plan"
    title = "The plan cannot be changed this way"


class CannotCommit(Conflict):
    """The plan is not what was shown, or cannot be committed now; `errors` names what has changed. Nothing was made."""

    code = "cannot-commit-plan"
    title = "The plan cannot be committed"
