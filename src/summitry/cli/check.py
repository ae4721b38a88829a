"""`summitry check`: is this deployment in order?"""

import argparse

from summitry.cli import environment
from summitry.cli.problem import Problem


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "check",
        help="check the settings, the database and the migrations",
        description="Checks the settings, the database and the migrations; says what is wrong.",
    )
    parser.add_argument("--deploy", action="store_true", help="also what only a public deployment must keep")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    environment.load()
    environment.connect()
    from django.core.management import call_command
    from django.core.management.base import SystemCheckError

    try:
        call_command("check", deploy=args.deploy)
    except SystemCheckError as error:
        raise Problem(str(error)) from None
    environment.need_migrated()
    return 0
