"""`summitry manage …`: Django's own commands."""

import argparse

from summitry.cli import environment


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Only for `summitry --help`: main() hands the words after `manage` to Django untouched."""
    commands.add_parser("manage", help="run one of Django's management commands", add_help=False)


def pass_on(words: list[str]) -> int:
    environment.know_folder()
    environment.check_database_url()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["summitry manage", *words])
    return 0
