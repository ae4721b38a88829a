"""Published pages under load, beside nginx serving the same bytes from files.

    uv run python benchmarks/pages.py [SECONDS] [TURNS] [apart]

A gathering of 1,000 sessions and one of 100, in a fresh data folder with SQLite; `summitry serve` as it is
installed with a process a processor, and nginx with as many and files that are packed already. `wrk` with 2
threads asks ours and nginx by turns, at 16 and at 64 connections, so that what else the machine does falls on
both; the medians of all turns are printed. All share the processors; or else, `apart`, the servers have one
process each on the first processor, and wrk one thread on the second. Needs nginx and wrk."""

import gzip
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median

from serving import free_port, wait

SECONDS = int(sys.argv[1]) if len(sys.argv) > 1 else 2
TURNS = int(sys.argv[2]) if len(sys.argv) > 2 else 7
APART = "apart" in sys.argv
# Processors and processes of the servers, processors and threads of wrk.
OURS, PROCESSES, THEIRS, THREADS = ({0}, 1, {1}, 1) if APART else (None, os.cpu_count(), None, 2)
FOLDER = Path(tempfile.mkdtemp(prefix="summitry-pages-"))
os.environ["DJANGO_SETTINGS_MODULE"] = "summitry.settings"
os.environ["SUMMITRY_DATA"] = str(FOLDER / "data")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from summitry.gatherings import acts  # noqa: E402
from summitry.gatherings.models import Gathering, Room, Session, SessionPerson, Slot, Track  # noqa: E402
from summitry.people.models import Institution, Person  # noqa: E402
from summitry.text.value import Text  # noqa: E402

DAY = date(2027, 11, 3)
WORDS = "Data that crosses borders needs rules that do, and people on both sides who can read them. "


def fill(slug: str, sessions: int, days: int) -> None:
    """A gathering whose sessions stand in 20 rooms, two speakers each, with a page of text."""
    gathering = acts.create_gathering(
        None,
        title=Text.of(f"Summit of {sessions}"),
        slug=slug,
        starts=DAY,
        ends=DAY + timedelta(days=days - 1),
        time_zone="Asia/Shanghai",
        announce=True,
    )
    rooms = [
        Room(gathering=gathering, name=Text.of(f"Hall {n}"), slug=f"hall-{n}", position=n) for n in range(20)
    ]
    tracks = [
        Track(gathering=gathering, name=Text.of(f"Theme {n}"), slug=f"theme-{n}", position=n)
        for n in range(8)
    ]
    Room.objects.bulk_create(rooms)
    Track.objects.bulk_create(tracks)
    persons = Person.objects.bulk_create(
        Person(
            name=Text.of(f"Speaker {n} of {slug}"), slug=f"{slug}-speaker-{n}", biography=Text.of(WORDS * 4)
        )
        for n in range(sessions)
    )
    made = Session.objects.bulk_create(
        Session(
            gathering=gathering,
            slug=f"session-{n}",
            title=Text.of(f"Session {n}: what the rules of data owe to those who keep them"),
            abstract=Text.of(WORDS * 8),
            track=tracks[n % 8],
            language="en",
            interpreted=["zh-hans", "fr"],
        )
        for n in range(sessions)
    )
    SessionPerson.objects.bulk_create(
        SessionPerson(session=one, person=persons[(n + part) % sessions], position=part)
        for n, one in enumerate(made)
        for part in range(2)
    )
    first = datetime(2027, 11, 3, tzinfo=UTC)
    a_day = -(-sessions // (20 * days))  # sessions in a room on one day
    Slot.objects.bulk_create(
        Slot(
            session=one,
            room=rooms[n % 20],
            starts=(begins := first + timedelta(days=n // 20 // a_day, minutes=15 * (n // 20 % a_day))),
            ends=begins + timedelta(minutes=15),
        )
        for n, one in enumerate(made)
    )
    acts.release(None, gathering)
    Gathering.objects.filter(pk=gathering.pk).update(changed_at=None)


def on(processors: set[int] | None) -> Callable[[], None] | None:
    """What a process does first to stay there."""
    return None if processors is None else lambda: os.sched_setaffinity(0, processors)


def get(port: int, path: str, encoding: str = "gzip") -> tuple[float, http.client.HTTPResponse, bytes]:
    """Seconds, the answer's head, and its bytes as they came."""
    asked = http.client.HTTPConnection("127.0.0.1", port)
    before = time.perf_counter()
    asked.request("GET", path, headers={"Accept-Encoding": encoding})
    answer = asked.getresponse()
    body = answer.read()
    took = time.perf_counter() - before
    asked.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return took, answer, body


def wrk(server: int, port: int, path: str, connections: int) -> tuple[float, float, float]:
    """Requests a second, the 99th percentile in milliseconds, and microseconds of processor that a request
    costs the server, which others on the machine do not change much."""
    before = cpu(server)
    said = subprocess.run(
        ["wrk", f"-t{THREADS}", f"-c{connections}", f"-d{SECONDS}s", "--latency",
         "-H", "Accept-Encoding: gzip", f"http://127.0.0.1:{port}{path}"],
        check=True, capture_output=True, text=True, preexec_fn=on(THEIRS),
    ).stdout  # fmt: skip
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(said)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    count = int(re.search(r"(\d+) requests in", said)[1])
    cost = (cpu(server) - before) / count * 1e6
    return rate, float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit], cost


def cpu(pid: int) -> float:
    """Seconds of processor that a process and its children have used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = " ".join(one.read_text() for one in Path(f"/proc/{pid}/task").glob("*/children"))
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(cpu(int(child)) for child in children.split())


def nginx(files: dict[str, tuple[str, bytes]]) -> tuple[subprocess.Popen[bytes], int]:
    """Serves these bytes, packed before, as /0, /1, …"""
    root, port = FOLDER / "nginx", free_port()
    root.mkdir()
    places = []
    for number, (kind, body) in enumerate(files.values()):
        (root / f"{number}").write_bytes(gzip.decompress(body))
        (root / f"{number}.gz").write_bytes(body)
        plain = kind.partition(";")[0]
        places.append(f"location = /{number} {{ default_type {plain}; try_files /{number} =404; }}")
    config = root / "nginx.conf"
    config.write_text(
        f"""daemon off; worker_processes {PROCESSES}; pid {root}/pid; error_log {root}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; gzip_static on; etag on;
open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s;
client_body_temp_path {root}/a; proxy_temp_path {root}/b; fastcgi_temp_path {root}/c;
uwsgi_temp_path {root}/d; scgi_temp_path {root}/e; types {{}}
server {{ listen 127.0.0.1:{port} backlog=1024; root {root};
{os.linesep.join(places)}
}} }}"""
    )
    os.chmod(FOLDER, 0o755)  # nginx's workers are another user, where root has started it
    server = subprocess.Popen(
        ["nginx", "-c", str(config), "-p", str(root)],
        stderr=(root / "said").open("wb"),
        preexec_fn=on(OURS),
    )
    wait(port)
    return server, port


def pages(slug: str) -> dict[str, str]:
    base = f"/en/gatherings/{slug}"
    return {
        "programme, grid": f"{base}/programme/?day={DAY}",
        "programme, list": f"{base}/programme/?day={DAY}&view=list",
        "session": f"{base}/sessions/session-7/",
        "speaker": f"{base}/people/{slug}-speaker-7/",
        "schedule.xml": f"/g/{slug}/schedule.xml",
        "schedule.json": f"/g/{slug}/schedule.json",
        "schedule.v2.json": f"/g/{slug}/schedule.v2.json",
        "schedule.ics": f"/g/{slug}/schedule.ics?lang=en",
    }


def main() -> None:
    call_command("migrate", verbosity=0)
    Institution(pk=1, name=Text.of("Test Institute")).save()
    print("filling", flush=True)
    fill("small", 100, 1)
    fill("large", 1000, 3)
    fill("crowded", 1000, 1)
    connection.close()
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "summitry",
        "serve",
        "--port",
        str(port),
        "--processes",
        str(PROCESSES),
    ]
    ours = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=on(OURS))
    wait(port)
    for _turn in range(16):  # each process has loaded what it needs before a page is timed
        get(port, "/en/account/login/")
    try:
        measure(ours.pid, port)
    finally:
        ours.send_signal(signal.SIGTERM)
        ours.wait()
        shutil.rmtree(FOLDER, ignore_errors=True)


def measure(pid: int, port: int) -> None:
    files: dict[str, tuple[str, bytes]] = {}
    known: dict[str, str] = {}
    print(
        "\n| page | cold | kept, small | large | times | bytes over the wire |"
        "\n| --- | --- | --- | --- | --- | --- |"
    )
    for (name, small), large in zip(pages("small").items(), pages("large").values(), strict=True):
        try:
            cold, answer, body = get(port, large)
            get(port, small)
        except SystemExit as error:
            print(f"| {name} | {error} |")
            continue
        turns = [[get(port, path)[0] for path in (small, large)] for _turn in range(500)]
        often = dict(zip((small, large), map(median, zip(*turns, strict=True)), strict=True))
        files[large] = (answer.headers["Content-Type"], body)
        known[name] = large
        times = f"{often[large] / often[small]:.2f}"
        print(
            f"| {name} | {cold * 1000:.0f} ms | {often[small] * 1e6:.0f} µs | {often[large] * 1e6:.0f} µs "
            f"| {times} | {len(body):,} |"
        )
    for name, path in list(pages("crowded").items())[:2]:
        cold, _answer, body = get(port, path)
        print(f"| {name}, 1,000 sessions on one day | {cold * 1000:.0f} ms | | | | {len(body):,} |")
    other, nginx_port = nginx(files)
    try:
        print("\n| page | connections | Summitry | nginx | part | p99 | nginx's | processor | nginx's |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
        for number, (name, path) in enumerate(known.items()):
            for connections in (16, 64):
                turns = [
                    (wrk(pid, port, path, connections), wrk(other.pid, nginx_port, f"/{number}", connections))
                    for _turn in range(TURNS)
                ]
                ours, theirs = (
                    [median(figures) for figures in zip(*side, strict=True)]
                    for side in zip(*turns, strict=True)
                )
                print(
                    f"| {name} | {connections} | {ours[0]:,.0f}/s | {theirs[0]:,.0f}/s "
                    f"| {ours[0] / theirs[0]:.0%} | {ours[1]:.2f} ms | {theirs[1]:.2f} ms "
                    f"| {ours[2]:.1f} µs | {theirs[2]:.1f} µs |",
                    flush=True,
                )
    finally:
        other.terminate()
        other.wait()


if __name__ == "__main__":
    main()
