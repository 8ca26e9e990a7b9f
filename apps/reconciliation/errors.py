from apps.core.errors import Conflict, Invalid


class CannotImport(Invalid):
    """The bank file is refused whole; nothing of it was kept. `errors` names every reason."""

    code = "cannot-import"
    title = "The bank file cannot be imported"


class StatementMissing(CannotImport):
    """A statement between the last one and this one has not arrived yet, so this one may wait."""

    code = "statement-missing"
    title = "An earlier statement is missing"


class CannotMatch(Conflict):
    """The line is not, or not any more, what it is said to be; nothing was changed."""

    code = "cannot-match"
    title = "The line cannot be matched this way"


class CannotUndo(Conflict):
    """The match cannot be undone; nothing was changed."""

    code = "cannot-undo"
    title = "The match cannot be undone"


class CannotDecideProposal(Conflict):
    """The proposal is decided already, is one's own, or rests on something that changed; nothing was changed."""

    code = "cannot-decide-proposal"
    title = "The proposal cannot be decided this way"


class CannotCloseDay(Conflict):
    """The day cannot be closed yet; `errors` names every reason."""

    code = "cannot-close-day"
    title = "The day cannot be closed"
