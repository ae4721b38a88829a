"""The programme editor on FOSDEM 2026 (1,043 sessions, 5 days, 40 rooms) and on ten times as many.

    uv run python benchmarks/editor.py

Each page and act is asked for eleven times through the whole of Django, without a network; processor time,
because other programs may share the machine. SUMMITRY_SHARED names the folder of the real data."""

import gzip
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time

os.environ["DJANGO_SETTINGS_MODULE"] = "summitry.settings"
os.environ["SUMMITRY_DATA"] = tempfile.mkdtemp(prefix="summitry-editor-")
os.environ.setdefault("SUMMITRY_DEBUG", "0")

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from summitry.gatherings import acts  # noqa: E402
from summitry.gatherings.models import Gathering, Room, Session, SessionPerson, Slot  # noqa: E402
from summitry.people.models import Institution, Mandate, Role, User  # noqa: E402
from summitry.text.value import Text  # noqa: E402

AGAIN, TIMES = 11, 10
SHARED = Path(os.environ.get("SUMMITRY_SHARED", Path(__file__).resolve().parent.parent.parent / "shared"))
FILE = SHARED / "data/programme/fosdem/fosdem-2026.as-of-2026-01-25.xml"


def multiplied(gathering: Gathering) -> None:
    """The same rooms, people and sessions again and again, in rooms of their own."""
    rooms, sessions = list(gathering.rooms.all()), list(gathering.sessions.select_related("slot"))
    parts = list(SessionPerson.objects.filter(session__gathering=gathering))
    for turn in range(1, TIMES):
        made = Room.objects.bulk_create(
            Room(gathering=gathering, slug=f"{room.slug}-{turn}", name=room.name, position=100 * turn + at)
            for at, room in enumerate(rooms)
        )
        there = dict(zip((room.pk for room in rooms), made, strict=True))
        again = Session.objects.bulk_create(
            Session(
                gathering=gathering,
                slug=f"{turn}-{one.pk}",
                title=one.title,
                kind=one.kind,
                minutes=one.minutes,
            )
            for one in sessions
        )
        twins = dict(zip((one.pk for one in sessions), again, strict=True))
        Slot.objects.bulk_create(
            Slot(
                session=twins[one.pk],
                room=there[one.slot.room_id],
                starts=one.slot.starts,
                ends=one.slot.ends,
            )
            for one in sessions
        )
        SessionPerson.objects.bulk_create(
            SessionPerson(session=twins[part.session_id], person_id=part.person_id, role=part.role)
            for part in parts
            if turn < 2  # ten times one person would clash with herself
        )


def main() -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("migrate", verbosity=0)
    Institution.objects.get_or_create(pk=1, defaults={"name": Text.of("Benchmark")})
    user = User.objects.create_user(email="editor@example.org", password=None)
    Mandate.objects.create(person=user.person, role=Role.PROGRAMME, scope="institution")
    client = Client(SERVER_NAME="testserver")
    client.force_login(user)
    acts.import_schedule(None, None, FILE.read_bytes(), allow_overlaps=True)
    gathering = Gathering.objects.get()
    acts.release(None, gathering, overlap_reason="as it was")
    print(f"{'':44}{'median':>8}{'queries':>9}{'packed':>10}")
    measure(client, gathering)
    if "--once" not in sys.argv:
        multiplied(gathering)
        measure(client, gathering)


def measure(client: Client, gathering: Gathering) -> None:
    count = gathering.sessions.filter(state=Session.State.ACCEPTED).count()
    print(f"{count:,} sessions in {gathering.rooms.count()} rooms")
    page = reverse("gatherings:desk_editor", args=[gathering.slug])
    look = reverse("gatherings:desk_editor_since", args=[gathering.slug])
    places = reverse("gatherings:desk_editor_places", args=[gathering.slug])
    slots = Slot.objects.filter(session__gathering=gathering).select_related("session")
    slot = slots.order_by("starts", "pk")[40]
    view = f"?day={slot.starts:%Y-%m-%d}"
    tag = client.get(look + view)["ETag"]

    def act() -> HttpResponse:
        nonlocal slot
        slot = slots.get(pk=slot.pk)
        starts = (slot.starts + timedelta(minutes=5)).isoformat()
        data = {"session": f"{slot.session_id} {slot.session.version}", "to": f"{slot.room_id} {starts}"}
        return client.post(page + view, data, headers={"X-Board": "1"})

    show("a day of the grid", lambda: client.get(page + view))
    show("a session is chosen: all its places", lambda: client.get(f"{page}{view}&pick={slot.session_id}"))
    show("the same for the script", lambda: client.get(f"{places}{view}&pick={slot.session_id}"))
    show("a look when nothing has changed", lambda: client.get(look + view, headers={"If-None-Match": tag}))
    show("a look when something has", lambda: client.get(look + view))
    show("a move, with the fresh board", act)


def show(name: str, ask: Callable[[], HttpResponse]) -> None:
    ask()
    times = []
    for _ in range(AGAIN):
        before = process_time()
        answer = ask()
        times.append(process_time() - before)
        assert answer.status_code in {200, 304}, answer.content[:200]
    with CaptureQueriesContext(connection) as queries:
        answer = ask()
    size = len(gzip.compress(answer.content)) if answer.content else 0
    print(f"{name:44}{median(times) * 1000:5.0f} ms{len(queries):9}{size / 1000:7.1f} kB")


if __name__ == "__main__":
    main()
