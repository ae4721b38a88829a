"""`summitry serve`: the web server."""

import argparse
import os

from summitry.cli import environment, processes


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "serve", help="serve the pages", description="Serves the pages until it is stopped."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--processes", type=int, default=min(4, os.cpu_count() or 1), help="processes (default: %(default)s)"
    )
    parser.add_argument(
        "--threads", type=int, default=8, help="threads in each process (default: %(default)s)"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    environment.check_free(args.host, args.port)
    environment.load()
    environment.need_migrated()
    from summitry.cli import static

    static.gather()
    with processes.server(args.host, args.port, max(1, args.processes), max(1, args.threads)) as commands:
        return processes.Family(commands).run((args.host, args.port), ready=lambda: _say(args))


def _say(args: argparse.Namespace) -> None:
    print(f"Summitry is at http://{args.host}:{args.port}/ (Ctrl-C stops it).")
    print("Mails and deadlines need a `summitry worker` beside it.", flush=True)
