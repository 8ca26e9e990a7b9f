"""What pages of any app show of approvals: the policy that holds for a platform."""

from django import template
from django.db.models import Q

from apps.approvals.models import Policy

register = template.Library()


@register.inclusion_tag("admin/approvals/policies.html", takes_context=True)
def policies(context, partner):
    """Show how many people must approve a platform's payouts: by its own policy, or by the one for everybody."""
    if not context["request"].user.has_perm("approvals.view_request"):
        return {"allowed": False}
    active = Policy.objects.active().filter(Q(partner=partner) | Q(partner=None))
    chosen = {}
    for policy in active.order_by("currency", "partner"):  # null, the policy for everybody, sorts last
        chosen.setdefault((policy.subject_kind, policy.currency), policy)
    return {"allowed": True, "policies": list(chosen.values())}
