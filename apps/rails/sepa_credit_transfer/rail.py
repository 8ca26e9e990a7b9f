"""SEPA credit transfer behind the rail contract."""

from datetime import date, datetime

from apps.core.errors import Fault
from apps.rails import sepa_text
from apps.rails.contract import FileRail, Move, Plan
from apps.rails.sepa_credit_transfer import pain001, pain002
from apps.rails.sepa_credit_transfer.capabilities import CAPABILITIES
from apps.rails.sepa_credit_transfer.tally import tally


class SepaCreditTransfer(FileRail):
    """Euro payments to accounts with an IBAN, executed on a TARGET day, credited one banking day later at the latest."""

    name = "sepa_credit_transfer"
    title = "SEPA credit transfer"
    capabilities = CAPABILITIES

    def check_text(self, holder_name: str, reference: str, remittance: str) -> list[Fault]:
        most = self.capabilities.max_remittance_length
        return [
            *sepa_text.check_name(holder_name, "/method/holder_name", self.capabilities.max_name_length),
            *sepa_text.check_reference(reference, "/reference", most),
            *sepa_text.check_reference(remittance, "/remittance", most),
        ]

    def bank_text(self, value: str) -> str:
        return sepa_text.to_bank_text(value)

    def plan(self, now: datetime, bank_account, execute_on: date | None = None) -> Plan:
        calendar, moves = self.capabilities.calendar, []
        today = calendar.day_of(now)
        day = execute_on or today
        if day < today:
            moves.append(Move("date-passed", f"{day} has passed; today is {today}."))
            day = today
        if closed := calendar.closed_because(day):
            open_day = calendar.on_or_after(day)
            detail = f"{day} is no banking day ({closed}); the next one is {open_day}."
            moves.append(Move("not-a-banking-day", detail))
            day = open_day
        cut_offs = self.capabilities.cut_offs_on(day)
        ahead = [at for at in cut_offs if now < calendar.instant(day, at)]
        if not ahead:
            last, later = cut_offs[-1], calendar.add(day, 1)
            detail = f"The cut-off of {day} was at {last:%H:%M} ({calendar.zone.key}); the next banking day is {later}."
            moves.append(Move("after-cut-off", detail))
            day, ahead = later, self.capabilities.cut_offs_on(later)
        return Plan(
            cut_off_at=calendar.instant(day, ahead[0]),
            execute_on=day,
            expected_settlement_on=calendar.add(day, self.capabilities.banking_days_to_credit),
            moves=tuple(moves),
        )

    def build(self, header, instructions, out) -> None:
        pain001.write(
            header,
            instructions,
            out,
            max_name=self.capabilities.max_name_length,
            max_remittance=self.capabilities.max_remittance_length,
        )

    def tally(self, content: bytes):
        return tally(content)

    def is_report(self, content: bytes) -> bool:
        return pain002.is_report(content)

    def read_report(self, content: bytes):
        return pain002.read(content)

    def file_name(self, message_id: str) -> str:
        return f"{message_id}.pain.001.xml"
