"""`summitry import KIND FILE`: takes in what other systems wrote."""

import argparse
import importlib

KINDS = ("import_frab",)  # each module offers add_parser(subparsers) and run(args) -> exit status


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser("import", help="take in a file of another system")
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    for name in KINDS:
        importlib.import_module(f"summitry.cli.{name}").add_parser(kinds)
