"""`summitry migrate`: brings the database to the state that this version needs."""

import argparse

from summitry.cli import environment


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("migrate", help="make or update the tables of the database")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    environment.load()
    environment.connect()
    from django.core.management import call_command

    from summitry.kept.counters import counters

    call_command("migrate", interactive=False)
    counters().renew()  # another database, or other tables: no page that was kept is known to be true
    return 0
