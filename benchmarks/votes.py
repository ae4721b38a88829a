"""Opinion votes over HTTP, and what is left of them when a worker is killed.

    uv run python benchmarks/votes.py [SECONDS [PROCESSES THREADS]]   # SQLite
    DATABASE_URL=postgres://… uv run python benchmarks/votes.py       # PostgreSQL: an empty database

`summitry serve` as it is installed, in a fresh data folder. 32 connections that stay open send votes as the
page's form does, each by another voice, without an account, from another network (limits are as they are),
on 20 statements one after another: one vote in 20 makes a participant too. One run sends them so that the
porch leaves them to Django's middlewares and view, to compare. Halfway through the last run one process of
the porch and one of Django's are killed (SIGKILL). Each vote that was answered as taken must be in the
database with its value, and no row may be there that nobody sent. The load maker, the server and the
database share the machine; what each takes of it is told.
"""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from serving import free_port, wait

_given = [float(one) for one in sys.argv[1:4]]
SECONDS, PROCESSES, THREADS = _given + [15.0, 2.0, 4.0][len(_given) :]
CONNECTIONS, STATEMENTS = 32, 20
TOGETHER = 100  # voices that vote at the same time, each on all statements
FOLDER = Path(tempfile.mkdtemp(prefix="summitry-votes-"))
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "summitry.settings",
    "SUMMITRY_DATA": str(FOLDER / "data"),
    "PROXY_COUNT": "1",  # each voice comes from another network
}

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.utils import timezone  # noqa: E402

from summitry.opinions.models import Conversation, Statement, Vote  # noqa: E402
from summitry.opinions.views.voting import SALT, VOICE  # noqa: E402
from summitry.opinions.voices import voice_key  # noqa: E402
from summitry.text.value import Text  # noqa: E402

SERVERS = ("summitry.kept.porch", "granian")  # of each, the process that began last takes requests
SECRET = "c" * 32  # of the form: the cookie and the field hold the same
SLUG = "what-now"
Sent = tuple[int, int, int]  # voice, statement, value


def fill() -> Conversation:
    call_command("migrate", verbosity=0)
    made = Conversation.objects.create(
        slug=SLUG, title=Text.of("What now?"), policy=Text.of("None."), state="open", opened_at=timezone.now()
    )
    Statement.objects.bulk_create(
        Statement(conversation=made, number=n, text=Text.of(f"Statement {n}"), state="shown")
        for n in range(STATEMENTS)
    )
    return made


def token(voice: int) -> str:
    return f"voice-{voice:08d}"


def request(voice: int, statement: int, value: int, more: str = "") -> bytes:
    """The form of one statement, as a browser sends it. more: behind the address."""
    response = HttpResponse()
    response.set_signed_cookie(VOICE, token(voice), salt=SALT)
    signed = response.cookies[VOICE].value
    first = "&first=1" if statement == 0 else ""
    body = f"csrfmiddlewaretoken={SECRET}&statement={statement}{first}&value={value}"
    return (
        f"POST /en/opinions/{SLUG}/vote/{more} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"X-Forwarded-For: 10.{voice >> 16 & 255}.{voice >> 8 & 255}.{voice & 255}\r\n"
        f"Accept-Language: en\r\nAccept-Encoding: gzip\r\n"
        f"Cookie: csrftoken={SECRET}; {VOICE}={signed}\r\n\r\n{body}"
    ).encode()


class Load:
    """What is sent, what was answered as taken, and what else came back."""

    def __init__(self, first: int, voices: int, more: str = "") -> None:
        wanted = [
            (voice, statement, (voice + statement) % 3 - 1)
            for begins in range(first, first + voices, TOGETHER)
            for statement in range(STATEMENTS)
            for voice in range(begins, begins + TOGETHER)
        ]
        self.asked: Iterator[tuple[Sent, bytes]] = iter([(one, request(*one, more)) for one in wanted])
        self.sent: set[Sent] = set()
        self.taken: set[Sent] = set()
        self.other: dict[str, int] = {}
        self.waits: list[float] = []
        self.broken = 0

    async def connect(self, port: int, until: float) -> None:
        """One connection, opened again when it breaks; a vote in flight then is neither taken nor refused."""
        while time.perf_counter() < until:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                while time.perf_counter() < until:
                    one, words = next(self.asked)
                    self.sent.add(one)
                    began = time.perf_counter()
                    writer.write(words)
                    head = await reader.readuntil(b"\r\n\r\n")
                    self.waits.append(time.perf_counter() - began)
                    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
                    await reader.readexactly(int(length or 0))
                    if head[9:12] == b"302":
                        self.taken.add(one)
                    else:
                        code = head[9:12].decode()
                        self.other[code] = self.other.get(code, 0) + 1
                    if b"connection: close" in head.lower():
                        break
                writer.close()
            except StopIteration:
                raise SystemExit("more voices are needed") from None
            except (OSError, asyncio.IncompleteReadError):
                self.broken += 1
                await asyncio.sleep(0.05)

    async def run(self, port: int, seconds: float, at_half: Iterable[int] = ()) -> float:
        """Votes taken in a second. at_half: the processes that are killed halfway."""
        began = time.perf_counter()
        tasks = [asyncio.create_task(self.connect(port, began + seconds)) for _n in range(CONNECTIONS)]
        if at_half:
            await asyncio.sleep(seconds / 2)
            for victim in at_half:
                os.kill(victim, signal.SIGKILL)
        await asyncio.gather(*tasks)
        return len(self.taken) / (time.perf_counter() - began)


def family(parent: int) -> dict[int, str]:
    """The processes below this one, and what each was started as."""
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = path.read_text().rpartition(") ")[2].split()
            parents.setdefault(int(rest[1]), []).append(int(path.parent.name))
        except OSError:
            continue
    found: dict[int, str] = {}
    todo = [parent]
    while todo:
        todo += (own := parents.get(todo.pop(), []))
        found |= {pid: Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ") for pid in own}
    return found


def worked(pids: Iterable[int]) -> float:
    """Seconds of processor time that these have taken."""
    ticks = 0
    for pid in pids:
        try:
            rest = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
            ticks += int(rest[11]) + int(rest[12])
        except OSError:
            continue
    return ticks / os.sysconf("SC_CLK_TCK")


def backends() -> list[int]:
    """The processes of PostgreSQL that serve this database, if they are on this machine."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for (pid,) in cursor.fetchall()]


def check(load: Load, conversation: Conversation) -> str:
    """What is in the database beside what was answered. Ends the run if a taken vote is missing or other."""
    voices = {voice for voice, _statement, _value in load.sent}
    of = {voice_key(SLUG, token(voice)): voice for voice in voices}
    found = Vote.objects.filter(statement__conversation=conversation)
    rows = {
        (of[key], number, value)
        for key, number, value in found.values_list(
            "participant__key", "statement__number", "value"
        ).iterator()
        if key in of
    }
    if lost := load.taken - rows:
        raise SystemExit(f"{len(lost)} votes were answered as taken and are not there: {sorted(lost)[:3]}")
    if more := rows - load.sent:
        raise SystemExit(f"{len(more)} votes are there that nobody sent")
    return f"{len(load.taken):,} answered as taken, all there; {len(rows - load.taken)} without an answer"


def told(words: str, rate: float, load: Load, own: float, server: float, database: float) -> None:
    waits, number = sorted(load.waits), max(1, len(load.taken))
    other = ", ".join(f"{number} x {code}" for code, number in load.other.items()) or "none"
    print(
        f"{words}: {rate:,.0f} votes/s, median {1000 * waits[len(waits) // 2]:.1f} ms, 99 of 100 within "
        f"{1000 * waits[len(waits) * 99 // 100]:.1f} ms; other answers: {other}; broken connections: "
        f"{load.broken}; processor time of a vote: server {1000 * server / number:.2f} ms, "
        f"database {1000 * database / number:.2f} ms, load maker {1000 * own / number:.2f} ms",
        flush=True,
    )


def main() -> None:
    conversation = fill()
    port = free_port()
    command = [sys.executable, "-m", "summitry", "serve", "--port", str(port)]
    command += ["--processes", f"{PROCESSES:g}", "--threads", f"{THREADS:g}"]
    served = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait(port)
        print(
            f"{connection.vendor}, {PROCESSES:g} processes of {THREADS:g} threads, {CONNECTIONS} connections"
        )
        voices = int(SECONDS * 4000 / STATEMENTS) // TOGETHER * TOGETHER
        runs = ("until all is loaded", "votes", "the whole way through Django", "two processes are killed")
        for number, words in enumerate(runs, 1):
            # Of an address with a query the porch leaves the vote to Django.
            load, killed = Load(1_000_000 * number, voices, "?a" if number == 3 else ""), number == 4
            server, database = family(served.pid), backends()
            victims = [max(pid for pid, what in server.items() if name in what) for name in SERVERS]
            began = time.process_time(), worked(server), worked(database)
            rate = asyncio.run(load.run(port, SECONDS, victims if killed else ()))
            work = (time.process_time(), worked(server), worked(database))
            told(words, rate, load, *(after - before for before, after in zip(began, work, strict=True)))
            print(f"  {check(load, conversation)}", flush=True)
    finally:
        served.terminate()
        served.wait()


if __name__ == "__main__":
    main()
