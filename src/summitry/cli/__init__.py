"""The command line: `summitry --help`."""

import os
import sys


def main(argv: list[str] | None = None) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitry.settings")
    args = sys.argv[1:] if argv is None else argv
    if args[:1] == ["manage"]:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["summitry manage", *args[1:]])
