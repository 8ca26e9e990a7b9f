"""Our bank accounts, the files that go to banks, the reports that come back, and what stops them."""

from apps.rails.models.bank_account import BankAccount
from apps.rails.models.by_hand import HandOver
from apps.rails.models.files import PaymentFile, ReportItem, StatusReport
from apps.rails.stops import Stop

__all__ = ["BankAccount", "HandOver", "PaymentFile", "ReportItem", "StatusReport", "Stop"]
