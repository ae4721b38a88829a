"""Who listens at the public address: kept pages are answered right here, everything else is passed on.

    python -m summitry.kept.porch HOST PORT PROCESSES SOCKET

A server that hands each request to Python threads spends most of its time on the handing over. The porch is
one loop in one thread: it reads a request, finds the page on the `Shelf`, and sends its bytes. It knows no
room and no database itself, and makes nothing. What comes in thousands and is all alike, as votes do, may be
taken by a `Lane` that the settings name.

**What it answers.** Only a GET or HEAD that is plain in every respect (`heads.plain`) and whose page is kept
and holds. Whatever else comes is passed on to the server at SOCKET as it came, on a connection of its own,
with two lines added to its head: the visitor's address, and that this connection ends with the answer. So the
server never looks for a second request in it, and no answer can come to another's question.

**Whether a visitor's connection goes on** after an answer of the server's. It does if there is but one
opinion on where the request and the answer end: a head without anything odd (`heads.read`), a body of a
length that is said once, in digits, or none, and an answer with such a length. Else (chunks, `Expect`,
`Upgrade`, HTTP/1.0) the porch understands nothing of what goes to and fro, and the connection ends with the
answer.
"""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextvars import copy_context
from email.utils import formatdate
from typing import Any

import django
import uvloop

from . import asked, lanes, values
from .asked import Request
from .guests import Guest
from .heads import plain
from .lanes import Lane
from .shelf import Shelf

logger = logging.getLogger(__name__)

GRACE = 10.0  # seconds for answers that are under way when it is to end
# Bytes on their way to one reader: a large page goes out at one time. With what the system gives by itself
# such pages take twice the processor's time now and then; so they do with 256 kB.
ON_ITS_WAY = 128 * 1024
_SWEEP = 5.0


class Porch:
    """One process of it. upstream: the socket of the server behind. visitor: the header for an address."""

    def __init__(self, shelf: Shelf, upstream: str, visitor: str, lanes: Sequence[Lane] = ()) -> None:
        self.shelf, self.upstream, self.visitor, self.lanes = shelf, upstream, visitor, lanes
        self.guests: set[Guest] = set()
        self.under_way: set[asyncio.Task[None]] = set()
        self.context = copy_context()  # one for all: what Django keeps for each context is made once
        self._date, self._dated = b"", 0.0
        self._is_to_breathe = False

    async def serve(self, listening: socket.socket, ended: asyncio.Event) -> None:
        """Until it is ended; answers that are under way have `GRACE`."""
        loop = asyncio.get_running_loop()
        # One visitor at a time, so that the processes share them; what waits is the kernel's to hold.
        server = await loop.create_server(lambda: Guest(self), sock=listening, backlog=1)
        listening.listen(1024)
        sweeping = loop.create_task(self._sweep())
        await ended.wait()
        server.close()
        sweeping.cancel()
        until = loop.time() + GRACE
        while self.guests and loop.time() < until:
            for guest in list(self.guests):
                guest.leave()
            await asyncio.sleep(0.05)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP)
            for guest in list(self.guests):
                guest.leave_if_idle()

    def breathe(self) -> None:
        """Lets others have the processor once, when the answers of this turn of the loop are on their way.
        Where requests never cease, a loop that never sleeps would keep it for whole slices of the system's,
        and what waits for the same processor, readers of these answers among them, would wait them out."""
        if not self._is_to_breathe:
            self._is_to_breathe = True
            asyncio.get_running_loop().call_soon(self._after_this_turn)

    def _after_this_turn(self) -> None:
        self._is_to_breathe = False
        asyncio.get_running_loop().call_soon(os.sched_yield)

    def start(self, status: bytes) -> bytes:
        """The first lines of an answer."""
        now = time.time()
        if now - self._dated >= 1:
            self._dated = float(int(now))
            self._date = f"Date: {formatdate(now, usegmt=True)}\r\n".encode()
        return b"HTTP/1.1 %b\r\n%b" % (status, self._date)

    def answer(self, head: bytes) -> tuple[list[bytes], bool] | None:
        """What to send for a request, and whether the connection goes on; None to pass it on."""
        found = plain(head) if head.startswith((b"GET ", b"HEAD ")) else None
        if found is None:
            return None
        key, request, goes_on = found
        page = self.shelf.get(key)
        if page is None:
            return None
        face = asked.face(page, request)
        rest = b"\r\n" if goes_on else b"Connection: close\r\n\r\n"
        if asked.has(request, face):
            return [self.start(b"304 Not Modified"), face.head_304, rest], goes_on
        said = [self.start(b"200 OK"), face.head, rest]
        if request["REQUEST_METHOD"] == "GET":
            said.append(face.body)
        return said, goes_on

    def lane_for(self, request: Request) -> Lane | None:
        return next((lane for lane in self.lanes if lane.wants(request)), None)

    async def led(self, lane: Lane, request: Request, body: bytes, visitor: str) -> bytes | None:
        """The answer of a lane; None if it has none."""
        try:
            headers = await lane.answer(request, body, visitor)
        except Exception:
            logger.exception("%s %s goes to Django", request["REQUEST_METHOD"], request["PATH_INFO"])
            return None
        if headers is None:
            return None
        said = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return self.start(b"302 Found") + said.encode("ascii") + b"Content-Length: 0\r\n\r\n"


def _one(listening: socket.socket, upstream: str) -> None:
    """What each process does."""
    from django.conf import settings

    from .door import visitor_header
    from .shelf import stamp

    values.hear()
    shelf = Shelf(settings.KEPT_DIR / "pages", stamp())

    async def work() -> None:
        porch = Porch(shelf, upstream, visitor_header(), lanes.load())
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        await porch.serve(listening, ended)

    uvloop.run(work())


def main(host: str, port: int, processes: int, upstream: str) -> int:
    """Listens, and keeps so many processes at work until SIGTERM."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitry.settings")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=1024)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, ON_ITS_WAY)
    django.setup()  # for the lanes; before the children, who share what is loaded
    gc.freeze()
    children: set[int] = set()
    ending = False

    def end(*_signal: Any) -> None:
        nonlocal ending
        ending = True
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)

    def begin() -> None:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            try:
                _one(listening, upstream)
            finally:
                os._exit(0)
        children.add(child)
        if ending:
            end()

    signal.signal(signal.SIGTERM, end)
    for _number in range(processes):
        begin()
    while children:
        died, _status = os.wait()
        children.discard(died)
        if not ending:
            time.sleep(0.5)
            begin()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
