"""A copy of a large gathering as files: how long it takes, and how large it is.

    uv run python benchmarks/mirror.py [SCHEDULE.xml]

By default the schedule of FOSDEM 2026 in SUMMITRY_SHARED. Once with one process, once with one a
processor."""

import os
import sys
import tempfile
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter

SHARED = Path(os.environ.get("SUMMITRY_SHARED", Path(__file__).resolve().parents[2] / "shared"))
FILE = SHARED / "data/programme/fosdem/fosdem-2026.as-of-2026-01-25.xml"

import django  # noqa: E402

if __name__ == "__main__":  # the processes that work at it load this file too, and take the same folder
    folder = Path(tempfile.mkdtemp(prefix="summitry-mirror-"))
    os.environ["DJANGO_SETTINGS_MODULE"] = "summitry.settings"
    os.environ["SUMMITRY_DATA"] = str(folder / "data")


def processor() -> float:
    """Seconds of the processor so far, of this process and those that have ended."""
    return sum(one.ru_utime + one.ru_stime for one in map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN)))


def main() -> None:
    django.setup()
    from django.core.management import call_command

    from summitry.gatherings import acts, mirror

    call_command("migrate", verbosity=0)
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    report = acts.import_schedule(None, None, source.read_bytes())
    acts.release(None, report.gathering, overlap_reason="as imported")
    report.gathering.refresh_from_db()  # to release it has announced it
    print(f"{report.sessions:,} sessions")
    for processes in (1, os.cpu_count() or 1):
        began, worked = perf_counter(), processor()
        made = mirror.write(report.gathering, folder / "copy", processes=processes)
        print(
            f"{processes} processes: {made.pages:,} pages, {made.files:,} files, {made.bytes / 1e6:,.0f} MB,"
            f" {perf_counter() - began:.0f} s, {processor() - worked:.0f} s of the processor"
        )


if __name__ == "__main__":
    main()
