"""What is known of recipients beside their own rows."""

from apps.recipients.models import PayoutMethod, PayoutMethodVersion


def current_method_version(recipient_id):
    """Return the newest version, not turned down, of the recipient's newest active method, or None."""
    method = PayoutMethod.objects.filter(recipient_id=recipient_id, status="active").order_by("-id").first()
    if method is None:
        return None
    version = PayoutMethodVersion.objects.current("method", [method.pk])[method.pk]
    version.method = method
    return version
