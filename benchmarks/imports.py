"""Import and export of real programmes: seconds of the processor, and whether nothing was lost.

Needs the folder of real data (`SUMMITRY_SHARED`, by default beside the checkout).
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
FOSDEM = Path(os.environ.get("SUMMITRY_SHARED", ROOT.parent / "shared")) / "data/programme/fosdem"
DECEMBER, JANUARY = "fosdem-2026.as-of-2025-12-21.xml", "fosdem-2026.as-of-2026-01-25.xml"


def timed[T](label: str, work: Callable[[], T]) -> T:
    began = time.process_time()
    found = work()
    print(f"  {label:<46}{time.process_time() - began:7.2f} s")
    return found


def main() -> None:
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    connection.creation.create_test_db(verbosity=0)
    from summitry.gatherings import acts, export, formats
    from summitry.gatherings.formats import frab

    january = (FOSDEM / JANUARY).read_bytes()
    december = (FOSDEM / DECEMBER).read_bytes()
    print("FOSDEM 2026, as of December, then as of January over it:")
    timed("828 sessions, new", lambda: acts.import_schedule(None, None, december))
    over = timed("1,043 sessions over them", lambda: acts.import_schedule(None, None, january))
    print(
        f"    {len(over.new)} new, {len(over.cancelled)} cancelled, {len(over.moved)} moved, "
        f"{len(over.retitled)} retitled"
    )
    gathering = over.gathering
    same = frab.read(january).events() == export.schedule_of(gathering).events()
    print(f"    every field of every session equal after export: {same}")
    again = timed("the same again", lambda: acts.import_schedule(None, None, january))
    print(f"    changes nothing: {again.changes_nothing}")
    gathering.slug, gathering.extra = "kept", {**gathering.extra, "frab": {}}
    gathering.save()
    timed("1,043 sessions into a new gathering", lambda: acts.import_schedule(None, None, january))
    print("Written (plain and full) and read again:")
    programme = export.Programme(over.gathering, None)
    timed("the schedule out of the database", lambda: programme.schedule)
    for one in formats.public():
        for shape, write in (("", one.write), (", full", one.full)):
            if write is None:
                continue

            def work(write: Callable[..., object] = write) -> bytes:
                made = write(programme)
                if isinstance(made, bytes):
                    return made
                return b"".join(part.encode() if isinstance(part, str) else part for part in made)

            file = timed(f"{one.key}{shape}", work)
            print(f"    {len(file):,} bytes")


if __name__ == "__main__":
    main()
