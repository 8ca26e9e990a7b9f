"""
The chain of a bank account's statements: each opens where the one before closed.

A statement joins it at the end. One that comes late, when statements behind it have joined already, joins where its
balances and its days fit. Between two others that is possible only if its bookings sum to zero, alone or together with
the statements that follow it in the same file: otherwise those behind it would not have fitted.

Balances do not show that such a statement is missing. The bank's own numbers do, if it counts its statements. Not every
bank does: the number may be absent or the same every day, count days, or begin anew with each day, month or year. So
numbers are believed only as far as the chain itself has shown that they count statements.
"""

from itertools import pairwise

from apps.core.statements import rows_where
from apps.reconciliation.models import Statement

REMEMBERED = 10
"""So many steps of the chain are looked at to learn whether the bank counts its statements."""

PROOF = 2
"""So many steps by one show that it does, if none shows otherwise."""

LONGEST_HOLE = 31
"""Numbers that jump farther begin anew in a way of their own."""

_END = """
WHERE bank_account_id = %s AND number >= least(
    coalesce((SELECT max(number) FROM reconciliation_statement WHERE bank_account_id = %s AND closes_on < %s), 0),
    coalesce((SELECT max(number) FROM reconciliation_statement WHERE bank_account_id = %s), 0) - %s::int)
ORDER BY number
"""


class Chain:
    """The end of one account's chain, with room for statements that are not saved yet."""

    def __init__(self, links):
        self.links = list(links)
        self.first_number = self.links[0].number if self.links else 1
        self.skipped = {}  # statements that joined despite a hole before them, with its numbers

    @classmethod
    def of(cls, account_id, since):
        """Read the chain from the last statement before the day `since`, and far enough to learn how the bank counts."""
        return cls(rows_where(Statement, _END, [account_id, account_id, since, account_id, REMEMBERED]))

    @property
    def last(self):
        return self.links[-1] if self.links else None

    def take(self, waiting, *, despite_hole=False) -> int:
        """Let the first of the `waiting` join, with as many that follow it as it needs; return how many, 0 if it cannot."""
        first = waiting[0]
        hole = self.hole_before(first) if self._is_followed_by(first) else None
        if hole == [] or (hole and despite_hole):
            self.links.append(first)
            if hole:
                self.skipped[first] = hole
            return 1
        for count in range(1, len(waiting) + 1):
            late = waiting[:count]
            if (place := self._place_of(late)) is not None:
                self.links[place:place] = late
                return count
            if count < len(waiting) and not _follow_each_other(late[-1], waiting[count]):
                break
        return 0

    def repeated_by(self, statement):
        """Return the statement of the same days that says the same of its bookings, if both have some."""
        if not statement.lines_count:
            return None
        said = _says(statement)
        return next((link for link in self.links if _says(link) == said), None)

    def number_links(self) -> list:
        """Give each statement that is not saved yet its number; return these in order."""
        new = []
        for number, link in enumerate(self.links, start=self.first_number):
            if link._state.adding:
                link.number = number
                new.append(link)
        return new

    def hole_before(self, statement) -> list[int]:
        """Return the numbers that the bank must have given to statements between the last one and this one."""
        was, now = self.last and _counted(self.last), _counted(statement)
        if was is None or now is None or not 1 < now - was <= LONGEST_HOLE + 1 or not _same_year(self.last, statement):
            return []
        if not self._bank_counts(now - was == (statement.closes_on - self.last.closes_on).days):
            return []
        present = {_counted(link) for link in self.links}
        return [number for number in range(was + 1, now) if number not in present]

    def neighbors_of(self, statement) -> tuple:
        """Return the statements before and behind the days of one that comes late, if there are such."""
        earlier = [link for link in self.links if link.closes_on <= statement.closes_on]
        later = [link for link in self.links if link.closes_on > statement.closes_on]
        return earlier[-1] if earlier else None, later[0] if later else None

    def _is_followed_by(self, statement) -> bool:
        return self.last is None or _follow_each_other(self.last, statement)

    def _place_of(self, late) -> int | None:
        """Return the last place between two links, or before the first of all, that takes the statements in."""
        return next((place for place in reversed(range(len(self.links))) if self._fits(place, late)), None)

    def _fits(self, place, late) -> bool:
        behind = self.links[place]
        if not _follow_each_other(late[-1], behind):
            return False
        if place == 0:
            return self.first_number == 1  # the books then begin earlier
        before = self.links[place - 1]
        return _follow_each_other(before, late[0]) and not self._contradicts(before, late, behind)

    def _contradicts(self, before, late, behind) -> bool:
        """Tell whether the bank counts its statements and gave these a number that belongs elsewhere."""
        numbers = [_counted(link) for link in (before, *late, behind)]
        if None in numbers or not _same_year(before, behind) or not self._bank_counts(False):
            return False
        return any(now <= was for was, now in pairwise(numbers))

    def _bank_counts(self, may_be_days) -> bool:
        """Tell whether the numbers have counted statements so far; where it `may_be_days`, also that they do not count these."""
        steps = [
            (_counted(now) - _counted(was), (now.closes_on - was.closes_on).days)
            for was, now in pairwise(self.links[-REMEMBERED - 1 :])
            if None not in (_counted(was), _counted(now)) and _same_year(was, now)
        ]
        forward = [(step, days) for step, days in steps if step >= 0]  # a step back begins anew
        if len(forward) < PROOF or any(step != 1 for step, _ in forward):
            return False
        return not may_be_days or any(days > 1 for _, days in forward)


def _follow_each_other(earlier, later) -> bool:
    return earlier.closing == later.opening and earlier.closes_on <= later.closes_on


def _says(statement) -> tuple:
    days, balances = (statement.opens_on, statement.closes_on), (statement.opening, statement.closing)
    return *days, *balances, statement.credits, statement.debits, statement.lines_count


def _same_year(earlier, later) -> bool:
    return earlier.closes_on.year == later.closes_on.year


def _counted(statement) -> int | None:
    """Return the bank's number of a statement, if it is one."""
    text = statement.sequence
    return int(text) if text.isascii() and text.isdecimal() else None
