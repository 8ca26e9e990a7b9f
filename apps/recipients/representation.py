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
