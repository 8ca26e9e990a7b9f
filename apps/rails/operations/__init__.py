"""What people and jobs do with bank accounts, payment files and status reports."""

from apps.rails.operations.bank_accounts import CannotOpenBankAccount, open_bank_account
from apps.rails.operations.files import CannotHandOver, CannotSeal, download_file, hand_over, open_file, seal_file
from apps.rails.operations.recovery import forgotten_files, lock_forgotten, recover_file
from apps.rails.operations.reports import receive_report, receive_reports

__all__ = [
    "CannotHandOver",
    "CannotOpenBankAccount",
    "CannotSeal",
    "download_file",
    "forgotten_files",
    "hand_over",
    "lock_forgotten",
    "open_bank_account",
    "open_file",
    "receive_report",
    "receive_reports",
    "recover_file",
    "seal_file",
]
