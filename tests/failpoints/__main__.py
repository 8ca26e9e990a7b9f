"""Run the cases, or a part of them; the last line is JSON, and the exit status is 1 if a case failed."""

import argparse
import json
import logging
import os
import re
import shutil
import sys
from pathlib import Path


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.failpoints", description=__doc__)
    parser.add_argument("--part", default="1/1", help="such as 1/5")
    parser.add_argument("--seed", type=int, default=1, help="deals the cases to the parts")
    parser.add_argument("--only", default="", help="only cases whose name this regular expression matches")
    parser.add_argument("--deaths", type=int, default=1, help="at most on one road; more save time (default 1)")
    parser.add_argument("--for", type=float, dest="seconds", help="begin no case after so many seconds")
    parser.add_argument("--results", type=Path, help="a file for the results")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.failpoints.settings"
    import django

    django.setup()
    from django.conf import settings

    from tests import database
    from tests.failpoints import cases, runs

    logging.disable(logging.CRITICAL)
    database.prepare()
    chosen = cases.part_of(cases.all_cases(), *map(int, options.part.split("/")), options.seed)
    chosen = [case for case in chosen if re.search(options.only, str(case))]
    try:
        total = runs.run(chosen, _tell, seconds=options.seconds, deaths=options.deaths)
    finally:
        shutil.rmtree(settings.BANK_FOLDER, ignore_errors=True)
    results = {"part": options.part, "seed": options.seed} | total.as_dict()
    if options.results:
        options.results.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    _tell(json.dumps(results))
    return 1 if total.problems else 0


def _tell(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
