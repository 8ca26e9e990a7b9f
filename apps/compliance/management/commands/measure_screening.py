import csv
import random
from pathlib import Path
from time import thread_time

from django.core.management.base import BaseCommand, CommandError

from apps.compliance.models import Watchlist, WatchlistName
from apps.compliance.names import tokens
from apps.compliance.screening import THRESHOLD, Subject, screener

_SAMPLE = 2000


class Command(BaseCommand):
    help = (
        "Measure screening against the active lists: processor time per name, listed names found again, false alarms."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--negatives",
            action="append",
            default=[],
            type=Path,
            help="CSV of people on no list, with the columns full_name, date_of_birth, nationality",
        )

    def handle(self, *, negatives, **options):
        watchlists = list(Watchlist.objects.active())
        if not watchlists:
            raise CommandError("No watchlist is loaded.")
        started = thread_time()
        search = screener(watchlists)
        self.stdout.write(f"index of {len(search.entries):,} entries built in {thread_time() - started:.2f} s")

        chance = random.Random(1)  # noqa: S311  a repeatable sample, nothing secret
        listed = list(WatchlistName.objects.filter(entry__watchlist__in=watchlists, weak=False).order_by("id"))
        spoken = [tuple(tokens(name.text)) for name in listed if len(tokens(name.text)) > 1]
        sample = chance.sample(spoken, min(_SAMPLE, len(spoken)))
        self._measure("listed names, words in any order", search, [Subject(_shuffled(name, chance)) for name in sample])
        mistyped = [Subject(_mistyped(_shuffled(name, chance), chance)) for name in sample]
        self._measure("the same with one letter wrong", search, mistyped)
        for path in negatives:
            with path.open(encoding="utf-8", newline="") as file:
                subjects = [Subject(row["full_name"]) for row in csv.DictReader(file)]
            self._measure(f"on no list: {path.name}", search, subjects)

    def _measure(self, title, search, subjects):
        times, hits = [], 0
        for subject in subjects:
            started = thread_time()
            hits += bool(search.hits(subject))
            times.append(thread_time() - started)
        times.sort()
        middle, slowest = times[len(times) // 2], times[int(len(times) * 0.99)]
        self.stdout.write(
            f"{title}: {hits:,} of {len(subjects):,} reach {THRESHOLD} ({hits / len(subjects):.2%}); "
            f"p50 {middle * 1000:.2f} ms, p99 {slowest * 1000:.2f} ms, {len(subjects) / sum(times):,.0f} names/s"
        )


def _shuffled(words, chance) -> str:
    return " ".join(chance.sample(words, len(words)))


def _mistyped(name, chance) -> str:
    """Leave out, double or exchange a letter within the longest word."""
    words = name.split()
    longest = max(words, key=len)
    if len(longest) < 4:
        return name
    place = chance.randrange(1, len(longest) - 1)
    left, letter, right = longest[:place], longest[place], longest[place + 1 :]
    wrong = chance.choice([left + right, left + letter * 2 + right, left + right[:1] + letter + right[1:]])
    words[words.index(longest)] = wrong
    return " ".join(words)
