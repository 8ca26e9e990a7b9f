"""
Let each machine of `docs/reliability.md` run for its share of the time, go on where the last run ended, and add up.

What came of each is noted in a folder, a line of JSON for each block of work; running this again adds to it. With
`--keep` these lines go to `tests/reliability/kept`, where runs on other machines go on from.
"""

import argparse
import fcntl
import json
import sys
import time
from pathlib import Path

from tests.reliability.machines import MACHINES, ROOT, Share, prepare
from tests.reliability.sums import SUMS, sum_of_all, words


def main(arguments=None) -> int:
    options = _parse(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    with (options.folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"The machines run in {options.folder} already.", file=sys.stderr)
            return 2
        unsound = _run(options) if options.minutes else []
        if options.keep:
            for machine in MACHINES:
                Share(machine, options.folder).keep()
    sums = {machine.name: SUMS[machine.name](Share(machine, options.folder).noted()) for machine in MACHINES}
    for name, total in sums.items():
        print(f"{name:18} {words(total)}")
    print(json.dumps(sum_of_all(sums)))
    return 1 if unsound else 0


def _run(options):
    """Let the chosen machines run, one after the other; return the names of those that found something wrong."""
    machines = [machine for machine in MACHINES if not options.only or machine.name in options.only]
    prepare()
    ends_at, unsound = time.monotonic() + 60 * options.minutes, []
    while machines:
        machine, whole = machines[0], sum(machine.share for machine in machines)
        seconds = (ends_at - time.monotonic()) * machine.share / whole  # what one leaves over is for those after it
        share = Share(machine, options.folder, seconds)
        print(f"{machine.name}: {max(seconds, 0):.0f} seconds …", flush=True)
        if seconds < machine.least_seconds and not options.only:
            print(f"{machine.name}: not run, it needs {machine.least_seconds} seconds", flush=True)
        elif not machine.run(share):
            print(f"{machine.name}: something is wrong, see above", flush=True)
            unsound.append(machine.name)
        machines.pop(0)
    return unsound


def _parse(arguments):
    names = [machine.name for machine in MACHINES]
    parser = argparse.ArgumentParser("make reliability", description=__doc__.strip().splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30, help="for all machines together; 0 only adds up")
    parser.add_argument("--only", nargs="+", choices=names, metavar="MACHINE", help=f"of {', '.join(names)}")
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "reliability", help="where results are kept")
    parser.add_argument(
        "--keep", action="store_true", help="move the results to those in the repository, to be committed"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
