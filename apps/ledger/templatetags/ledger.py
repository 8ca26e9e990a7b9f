"""What pages of any app show of the ledger: the balances kept for a platform or a bank account."""

from django import template

from apps.ledger.models import Account

register = template.Library()


@register.inclusion_tag("admin/ledger/balances.html", takes_context=True)
def balances(context, holder):
    """Show the accounts that are kept for one holder, named by its public id, to people who may read the ledger."""
    allowed = context["request"].user.has_perm("ledger.view_ledger")
    return {"allowed": allowed, "accounts": Account.objects.filter(holder=holder) if allowed else []}
