"""The pages of whoever has to prove it: the audit trail, and what is stopped."""

from apps.audit.admin.stops import StopAdmin, named
from apps.audit.admin.trail import TrailAdmin

__all__ = ["StopAdmin", "TrailAdmin", "named"]
