"""What pages of any app show of approvals: what holds for a platform, such as its policies and limits."""

from django import template
from django.db.models import Q

from apps.approvals.kinds import KINDS
from apps.approvals.models import SettingVersion
from apps.core.database import database_now

register = template.Library()


@register.inclusion_tag("admin/approvals/in_force.html", takes_context=True)
def settings_of(context, partner):
    """Show the settings a platform falls under: its own, or those for everybody."""
    person = context["request"].user
    if not person.has_perm("approvals.view_setting"):
        return {"allowed": False}
    kinds = [kind for kind in KINDS.values() if "partner" in kind.places]
    found = SettingVersion.objects.in_force(database_now()).filter(
        Q(partner=partner) | Q(partner=None), kind__in=[kind.kind for kind in kinds]
    )
    chosen = {}
    for version in sorted(found, key=lambda row: (row.currency, row.name, row.partner_id is None)):
        chosen.setdefault((version.kind, version.currency, version.name), version)
    return {
        "allowed": True,
        "kinds": [
            {
                "kind": kind,
                "versions": [
                    {
                        "version": version,
                        "name": kind.names.get(version.name, ""),
                        "lines": kind.lines(version.currency, version.content),
                    }
                    for version in chosen.values()
                    if version.kind == kind.kind
                ],
            }
            for kind in kinds
        ],
    }
