"""What people and jobs do with bank accounts, payment files and status reports."""

from apps.rails.operations.bank_accounts import CannotOpenBankAccount, open_bank_account
from apps.rails.operations.by_hand import (
    CannotDecideHandOver,
    confirm_hand_over,
    give_back_file,
    open_hand_over_document,
    refuse_hand_over,
    report_hand_over,
    take_file,
)
from apps.rails.operations.files import CannotHandOver, CannotSeal, download_file, hand_over, open_file, seal_file
from apps.rails.operations.recovery import forgotten_files, lock_forgotten, recover_file
from apps.rails.operations.reports import receive_report, receive_reports

__all__ = [
    "CannotDecideHandOver",
    "CannotHandOver",
    "CannotOpenBankAccount",
    "CannotSeal",
    "confirm_hand_over",
    "download_file",
    "forgotten_files",
    "give_back_file",
    "hand_over",
    "lock_forgotten",
    "open_bank_account",
    "open_file",
    "open_hand_over_document",
    "receive_report",
    "receive_reports",
    "recover_file",
    "refuse_hand_over",
    "report_hand_over",
    "seal_file",
    "take_file",
]
