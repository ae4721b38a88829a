"""`summitry timetable GATHERING`: proposes a timetable, and takes it over if told to."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from summitry.cli import environment
from summitry.cli.problem import Problem

if TYPE_CHECKING:
    from summitry.engines.timetable import Progress
    from summitry.gatherings.models import Proposal

SHOWN = 10  # violations


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = commands.add_parser(
        "timetable",
        help="propose a timetable for a gathering",
        description="Computes a timetable that keeps all demands. Ctrl-C ends it and keeps the best so far.",
    )
    parser.add_argument("gathering", metavar="GATHERING", help="its short name")
    parser.add_argument("--seconds", type=int, default=60, help="at most (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, another search (default: 0)")
    parser.add_argument(
        "--base",
        choices=("nothing", "working", "released"),
        default="nothing",
        help="move as little as possible of that programme (default: nothing)",
    )
    parser.add_argument("--accept", action="store_true", help="place the sessions as proposed")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    environment.load()
    environment.need_migrated()
    from django.core.exceptions import ValidationError

    from summitry.gatherings import acts
    from summitry.gatherings.models import Gathering
    from summitry.gatherings.timetabling import running

    gathering = Gathering.objects.filter(slug=args.gathering).first()
    if gathering is None:
        raise Problem(f"There is no gathering {args.gathering}.")
    try:
        asked = acts.ask_proposal(
            None, gathering, seconds=args.seconds, seed=args.seed, base=args.base, later=False
        )
        with _ctrl_c() as enough:
            found = running.compute(asked, look=_Line(), should_stop=lambda: bool(enough))
        print("\n".join(summary(found)))
        if found.state != found.State.DONE:
            return 1
        if args.accept:
            shift = acts.accept_proposal(None, found)
            print(f"Accepted: {shift.moves.count() if shift else 0:,} sessions moved.")
    except ValidationError as error:
        raise Problem(" ".join(error.messages)) from None
    return 0


def summary(found: "Proposal") -> Iterator[str]:
    """What came out, line by line."""
    from summitry.gatherings.timetabling import rules, words

    if found.state == found.State.IMPOSSIBLE:
        first, *rest = words.reasons(found.gathering, found.reasons)
        yield "No timetable keeps all demands."
        yield first
        yield from (f"  - {one}" for one in rest)
        return
    if found.state != found.State.DONE:
        yield f"No timetable was found in {found.passed:.0f} s."
        return
    proven = ", the best there is" if found.cost == found.bound else ""
    yield (
        f"{len(found.places):,} sessions placed in {found.passed:.1f} s: {found.cost:,} points"
        f" (no timetable has fewer than {found.bound:,}{proven})."
    )
    for name, points in sorted(found.costs.items(), key=lambda one: -one[1]):
        yield f"  {points:>7,}  {rules.name(name)}"
    told = words.violations(found.gathering, found.violations[:SHOWN])
    yield from (f"      {sentence} ({points:,})" for _hard, points, sentence in told)
    if len(found.violations) > SHOWN:
        yield f"      … and {len(found.violations) - SHOWN:,} more"


class _Line:
    """Says each better timetable once; nothing where nobody watches."""

    def __init__(self) -> None:
        self.last: tuple[int | None, int] = (None, 0)

    def __call__(self, now: "Progress") -> None:
        if (now.cost, now.bound) == self.last or now.cost is None or not sys.stderr.isatty():
            return
        self.last = (now.cost, now.bound)
        line = f"  {now.seconds:6.1f} s  {now.cost:,} points, at least {now.bound:,}"
        print(line, file=sys.stderr, flush=True)


@contextmanager
def _ctrl_c() -> Iterator[list[int]]:
    """The first Ctrl-C is put into the list instead of ending the program; the second ends it."""
    pressed: list[int] = []

    def keep(number: int, frame: object) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)

    before = signal.signal(signal.SIGINT, keep)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)
