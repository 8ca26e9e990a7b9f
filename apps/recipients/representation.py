"""A recipient as the API shows it and events carry it; account numbers only masked."""


def represent(recipient, version, method_version) -> dict:
    """Return the public shape of a recipient in its given version with its method, or None for no method."""
    return {
        "id": recipient.public_id,
        "object": "recipient",
        "kind": recipient.kind,
        "status": recipient.status,
        "reference": recipient.reference or None,
        "version": version.number,
        "name": version.name,
        "country": version.country,
        "date_of_birth": version.date_of_birth.isoformat() if version.date_of_birth else None,
        "email": version.email or None,
        "method": represent_method(method_version) if method_version else None,
        "method_change": represent_change(method_version),
        "created_at": recipient.created_at.isoformat(),
    }


def represent_method(version) -> dict:
    """Return the public shape of a method's version."""
    return {
        "id": version.method.public_id,
        "object": "payout_method",
        "type": version.method.kind,
        "version": version.number,
        "account": version.account_masked,
        "holder_name": version.holder_name,
        "bic": version.bic or None,
        "country": version.country,
        "currency": version.currency,
        "usable_from": version.usable_from.isoformat(),
    }


def represent_version(version) -> dict:
    """Return the public shape of one version in a method's history, loaded with its method and change."""
    return {
        **represent_method(version),
        "change": represent_change(version),
        "created_at": version.created_at.isoformat(),
    }


def represent_change(version) -> dict | None:
    """Return how the change stands that made a method's version, or None: it is the first one, or there is no method."""
    if version is None or version.number == 1:
        return None
    return {
        "id": version.change.public_id,
        "status": version.change.status,
        "proposed_at": version.change.proposed_at.isoformat(),
        "decided_at": version.change.decided_at.isoformat() if version.change.decided_at else None,
        "usable_from": version.usable_from.isoformat(),
    }
