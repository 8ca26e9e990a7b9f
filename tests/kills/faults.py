"""Which process is killed or stopped, and when; and how soon work goes on after it."""

import signal
import time
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field

from tests.kills.observer import BATCH, HAND_OVER, IMPORT, SENDING, WEBHOOKS, Observer, Probe
from tests.kills.portal import Portal, database_processes, is_there, signal_all

LONGEST_AIM_SECONDS = 1.5
LONGEST_CALM_SECONDS = 180
LONGEST_RESUME_SECONDS = 180

DATABASE = "database"
WEIGHTS = {
    "job runner": 24,
    "queue member": 6,
    "queue guard": 3,
    "queue": 3,
    "worker": 4,
    "webhooks": 12,
    "web process": 14,
    "web": 3,
    "bank": 8,
    "instant bank": 10,
}
"""How often each part is killed. Parts that take long to start are killed less, so that the load does not starve."""

ALWAYS_THERE = set(WEIGHTS) - {"job runner"}
MAY_STOP = ("job runner", "queue member", "queue guard", "webhooks", "web process", "bank", "instant bank")

MEASURED = ("job runner", "job runner", "lock holder", DATABASE, DATABASE)
"""The kills that are timed in a storm, unless others are named."""

AIMS = {"job runner": (SENDING, HAND_OVER, IMPORT, ""), "webhooks": (WEBHOOKS, ""), "web process": (BATCH, "")}
"""What a killed process shall be in the middle of; an empty aim is a kill at any time."""

INSTEAD = {"job runner": "queue member", "lock holder": "queue member"}
"""Whose kill is timed when for long nobody runs a job, or it cannot be told who holds the lock."""

RENEWED = ("lock holder",)
"""After whose end the queue is started anew: only what its new processes begin tells that work goes on."""

DOES = {
    SENDING: {"job runner", "queue member", "queue guard", "queue", "worker", "instant bank", DATABASE},
    HAND_OVER: {"job runner", "queue member", "queue guard", "queue", "worker", DATABASE},
    IMPORT: {"job runner", "queue member", "queue guard", "queue", "worker", DATABASE},
    WEBHOOKS: {"webhooks", "worker", DATABASE},
    BATCH: {"web process", "web", DATABASE},
}
"""Whose end may break off what is in progress."""


@dataclass
class Fault:
    """One thing that is going to happen."""

    action: str
    part: str
    aim: str = ""
    seconds: float = 0
    is_measured: bool = False


@dataclass
class Tally:
    """What has happened so far."""

    kills: Counter = field(default_factory=Counter)
    stops: Counter = field(default_factory=Counter)
    in_progress: Counter = field(default_factory=Counter)
    resumed: dict = field(default_factory=lambda: defaultdict(list))
    problems: list = field(default_factory=list)


def plan(chance, kills, databases, stops, measured) -> deque[Fault]:
    """Return so many faults of each kind in random order. `measured` names parts whose kill is timed, beside the others."""
    parts = chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=kills - len([m for m in measured if m != DATABASE]))
    faults = [Fault("kill", part, chance.choice(AIMS.get(part, ("",)))) for part in parts]
    aims = [chance.choice([*DOES, ""]) for _ in range(databases - measured.count(DATABASE))]
    faults += [Fault("kill", DATABASE, aim) for aim in aims]
    for _ in range(stops):
        part = chance.choice(MAY_STOP)
        is_long = part == "job runner" and chance.random() < 0.5
        seconds = chance.uniform(4.5, 6) if is_long else chance.uniform(0.5, 6)
        faults.append(Fault("stop", part, SENDING if is_long else "", seconds))
    chance.shuffle(faults)
    for part in measured:
        faults.insert(chance.randrange(len(faults) // 3, len(faults) + 1), Fault("kill", part, is_measured=True))
    return deque(faults)


class Storm:
    """
    Makes faults happen, one after the other, while it keeps running what nobody else does.

    A process that began to run less than `pace` seconds ago is left alone, so that there is work to be broken off.
    """

    def __init__(self, portal: Portal, observer: Observer, chance, pace, tell):
        self.portal = portal
        self.observer = observer
        self.chance = chance
        self.pace = pace
        self.tell = tell
        self.tally = Tally()
        self.stopped = []  # (when it goes on, process)

    def rage(self, faults) -> None:
        while faults:
            self.pass_time(self.chance.uniform(0.3, 0.6))
            fault = faults.popleft()
            if fault.is_measured:
                self.measure(fault.part)
            elif fault.action == "kill":
                self.kill(fault.part, fault.aim)
            else:
                self.stop(fault)
        self.let_all_go_on()

    def pass_time(self, seconds) -> None:
        ends_at = time.monotonic() + seconds
        while True:
            self.keep_going()
            if time.monotonic() >= ends_at:
                return
            time.sleep(0.02)

    def keep_going(self) -> None:
        """Start what has ended, and let go on what was stopped for long enough."""
        self.portal.keep_running()
        due = [process for ends_at, process in self.stopped if ends_at <= time.monotonic()]
        self.stopped = [(ends_at, process) for ends_at, process in self.stopped if process not in due]
        signal_all([process for process in due if is_there(process)], signal.SIGCONT)

    def let_all_go_on(self) -> None:
        signal_all([process for _, process in self.stopped if is_there(process)], signal.SIGCONT)
        self.stopped = []

    def kill(self, part, aim="") -> None:
        """Kill a process that plays the part, or the database and all that belongs to it."""
        part, processes, doing = self._catch(part, aim)
        signal_all(processes, signal.SIGKILL)
        self._note(part, doing)

    def stop(self, fault) -> None:
        part, processes, doing = self._catch(fault.part, fault.aim)
        signal_all(processes, signal.SIGSTOP)
        self.stopped += [(time.monotonic() + fault.seconds, process) for process in processes]
        self.tally.stops[part] += 1
        self.tell(f"stop {part} for {fault.seconds:.1f} s: {', '.join(sorted(doing)) or '-'}")

    def measure(self, part) -> None:
        """Kill a process while everything else is well, and note after how many seconds work goes on."""
        if not self._calm():
            self.tally.problems.append(f"before the {part} was killed, the portal did not recover")
            return
        _, processes, doing = self._catch(part, "", INSTEAD.get(part, part))
        began, at, probe = time.monotonic(), time.time(), Probe()
        before = {member.pid for member in self.portal.members()} if part in RENEWED else set()
        signal_all(processes, signal.SIGKILL)
        self._note(part, doing)
        while not (self._has_begun_a_job(at, before) or probe.is_done()) or not self.observer.web_answers():
            if time.monotonic() - began > LONGEST_RESUME_SECONDS:
                self.tally.problems.append(f"after the {part} was killed, nothing went on")
                return
            self.keep_going()
            time.sleep(0.02)
        seconds = time.monotonic() - began
        self.tally.resumed[part].append(round(seconds, 2))
        self.tell(f"     {part}: work goes on after {seconds:.2f} s")

    def _has_begun_a_job(self, since, without):
        """Tell whether a process of the queue has begun a job since then; `without` are those that do not count."""
        return any(
            sign == "busy" and at > since and pid not in without for pid, (sign, at) in self.portal.signs().items()
        )

    def _calm(self) -> bool:
        """Wait until every part is there and work is done; tell whether it came to that."""
        self.let_all_go_on()
        began = time.monotonic()
        ends_at, probe = began + LONGEST_CALM_SECONDS, Probe()
        while time.monotonic() < ends_at:
            self.keep_going()
            if all(self.portal.find(part) for part in ALWAYS_THERE) and self.observer.web_answers() and probe.is_done():
                self.tell(f"     calm after {time.monotonic() - began:.1f} s")
                return True
            time.sleep(0.1)
        return False

    def _catch(self, part, aim, instead=""):
        """
        Return the part, its processes and what is going on, at best when `aim` is, as soon as there is one.

        When for long there is none, `instead` is hit, or whatever is there; at last also what has only just started.
        """
        began = time.monotonic()
        while True:
            waited = time.monotonic() - began
            is_late, age_seconds = waited > LONGEST_AIM_SECONDS, self.pace if waited < 2 * self.pace else 0
            doing = self.observer.in_progress() if aim else set()
            parts = [part] if is_late or not aim or aim in doing else []
            if is_late and part != DATABASE:
                parts += [instead] if instead else self.chance.sample(MAY_STOP, len(MAY_STOP))
            for one in parts:
                if processes := self._choose(one, age_seconds):
                    return one, processes, doing or self.observer.in_progress()
            self.keep_going()
            time.sleep(0.01)

    def _choose(self, part, age_seconds):
        """Return one process of the part that is so old, or all of the database."""
        if part == DATABASE:
            return database_processes()
        found = [process for process in self.portal.find(part) if is_there(process, age_seconds)]
        return [self.chance.choice(found)] if found else []

    def _note(self, part, doing):
        self.tally.kills[part] += 1
        hit = [what for what in doing if part in DOES[what]]
        self.tally.in_progress.update(hit)
        self.tell(f"kill {part}: {', '.join(sorted(hit)) or '-'}")
