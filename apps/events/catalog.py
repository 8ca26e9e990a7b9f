"""
Every kind of event there is.

Partners subscribe to the published ones. Internal ones are the house's own record: no partner is told of them.
"""

PUBLISHED = {
    "payout.created": "A payout was accepted.",
    "api_key.created": "A key of yours was made.",
    "api_key.revoked": "A key of yours was revoked.",
}

INTERNAL = {
    "user.created": "A person was added.",
    "user.deactivated": "A person was shut out.",
    "user.reactivated": "A person was let in again.",
    "user.role_assigned": "A person was given a role.",
    "user.role_removed": "A role was taken from a person.",
    "partner.created": "A partner was added.",
    "partner.suspended": "A partner's keys are refused.",
    "partner.resumed": "A partner's keys are accepted again.",
    "webhook_endpoint.created": "A webhook endpoint was added.",
    "webhook_endpoint.updated": "A webhook endpoint was changed.",
    "webhook_endpoint.disabled": "A webhook endpoint gets no more messages.",
    "webhook_endpoint.enabled": "A webhook endpoint gets messages again.",
    "webhook_endpoint.secret_rotated": "A webhook endpoint signs with a new secret.",
    "webhook_delivery.resent": "A webhook message is sent again.",
}
