#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys


def main():
    simulates = sys.argv[1:2] == ["simulate"]  # a command of the tests, in a database of its own
    settings = "tests.simulator.settings" if simulates else "payouts_portal.settings"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
