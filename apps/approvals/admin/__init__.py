"""The pages of settings that are money, and of absences."""

from apps.approvals.admin.absences import AbsenceAdmin
from apps.approvals.admin.settings import SettingAdmin

__all__ = ["AbsenceAdmin", "SettingAdmin"]
