"""What is done to recipients: who they are, where they are paid, and who sees it."""

from apps.recipients.operations.changing import (
    CannotChangeRecipient,
    change_recipient,
    retire_recipient,
    update_recipient,
)
from apps.recipients.operations.creating import (
    Checked,
    MethodDraft,
    RecipientDraft,
    check_drafts,
    create_recipients,
    payees,
)
from apps.recipients.operations.evidence import (
    LONGEST_DAYS,
    CannotKeepDocument,
    CannotVerify,
    add_document,
    open_recipient_document,
    revoke_verification,
    verify_method,
)
from apps.recipients.operations.methods import (
    CannotChangeMethod,
    CannotDecideChange,
    change_method,
    record_method_decision,
)
from apps.recipients.operations.revealing import SHORTEST_REASON, CannotReveal, reveal_account

__all__ = [
    "LONGEST_DAYS",
    "SHORTEST_REASON",
    "CannotChangeMethod",
    "CannotChangeRecipient",
    "CannotDecideChange",
    "CannotKeepDocument",
    "CannotReveal",
    "CannotVerify",
    "Checked",
    "MethodDraft",
    "RecipientDraft",
    "add_document",
    "change_method",
    "change_recipient",
    "check_drafts",
    "create_recipients",
    "open_recipient_document",
    "payees",
    "record_method_decision",
    "retire_recipient",
    "reveal_account",
    "revoke_verification",
    "update_recipient",
    "verify_method",
]
