"""What an API key may be allowed to do: the scopes a partner chooses from, and the permissions each one grants."""

SCOPES = {
    "payouts:read": frozenset({"payouts.view_payout"}),
    "payouts:write": frozenset({"payouts.view_payout", "payouts.create_payout"}),
    "payouts:cancel": frozenset({"payouts.view_payout", "payouts.cancel_payout"}),
    "recipients:read": frozenset({"recipients.view_recipient"}),
    "recipients:write": frozenset(
        {
            "recipients.view_recipient",
            "recipients.create_recipient",
            "recipients.change_method",
            "compliance.answer_information",
        }
    ),
    "batches:write": frozenset({"payouts.view_payout", "payouts.create_payout"}),
    "balances:read": frozenset({"ledger.view_ledger"}),
    "events:read": frozenset({"events.view_event"}),
    "webhooks:write": frozenset({"partners.manage_endpoints", "events.view_event", "events.resend_delivery"}),
    "keys:write": frozenset({"partners.view_key", "partners.rotate_own_key"}),
    "sandbox:write": frozenset({"sandbox.control"}),
}


def permissions_of(scopes) -> frozenset[str]:
    """Return everything that a key with these scopes may do."""
    return frozenset().union(*(SCOPES[scope] for scope in scopes))
