"""Who listens at the public address: kept pages are answered right here, everything else is passed on.

    python -m summitry.kept.porch HOST PORT PROCESSES SOCKET

A server that hands each request to Python threads spends most of its time on the handing over. The porch is
one loop in one thread: it reads a request, finds the page on the `Shelf`, and sends its bytes. It knows no
room and no database, and makes nothing.

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
import os
import signal
import socket
import sys
import time
from email.utils import formatdate
from typing import Any, cast

import uvloop

from . import asked
from .heads import length_of, plain, read
from .shelf import Shelf

LONGEST_HEAD = 64 * 1024  # bytes
IDLE = 75.0  # seconds without a request
STUCK = 600.0  # seconds for a reader to take what was sent
PATIENCE = 15.0  # seconds for the server to come up
GRACE = 10.0  # seconds for answers that are under way when it is to end
# Bytes on their way to one reader: a large page goes out at one time. With what the system gives by itself
# such pages take twice the processor's time now and then; so they do with 256 kB.
ON_ITS_WAY = 128 * 1024
_SWEEP = 5.0


class Porch:
    """One process of it. upstream: the socket of the server behind. visitor: the header for an address."""

    def __init__(self, shelf: Shelf, upstream: str, visitor: str) -> None:
        self.shelf, self.upstream, self.visitor = shelf, upstream, visitor
        self.guests: set[Guest] = set()
        self.under_way: set[asyncio.Task[None]] = set()
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
        found = plain(head)
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


class Guest(asyncio.Protocol):
    """A connection from outside: a reader's browser, or a proxy."""

    def __init__(self, porch: Porch) -> None:
        self.porch = porch
        self.transport: asyncio.Transport = cast(asyncio.Transport, None)
        self.waiting = b""  # of what was received
        self.is_full = False  # she does not take what was sent
        self.is_passed_on = False
        self.is_over = False  # she sends nothing more
        self.body: int | None = None  # bytes of the request still to come; None: until the connection ends
        self.beyond: Beyond | None = None
        self.heard = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.porch.guests.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self.porch.guests.discard(self)
        if self.beyond:
            self.beyond.transport.close()

    def data_received(self, data: bytes) -> None:
        if self.beyond and self.body is None:
            self.beyond.transport.write(data)
            return
        if self.beyond and self.body:
            self.beyond.transport.write(data[: self.body])
            data, self.body = data[self.body :], max(0, self.body - len(data))
        self.heard = time.monotonic()
        self.waiting = self.waiting + data if self.waiting else data
        if self.is_passed_on and len(self.waiting) > LONGEST_HEAD:
            self.transport.pause_reading()  # until she has her answer
        self._read()

    def _read(self) -> None:
        while self.waiting and not (self.is_full or self.is_passed_on or self.transport.is_closing()):
            head, end, rest = self.waiting.partition(b"\r\n\r\n")
            if len(head) > LONGEST_HEAD:
                self.refuse(b"431 Request Header Fields Too Large")
            if len(head) > LONGEST_HEAD or not end:
                return
            said = self.porch.answer(head)
            if said is None:
                self.is_passed_on = True
                self.transport.pause_reading()
                task = asyncio.get_running_loop().create_task(self._pass_on(head, rest))
                self.porch.under_way.add(task)
                task.add_done_callback(self.porch.under_way.discard)
                return
            self.waiting = rest
            self.transport.writelines(said[0])  # large bodies are not copied
            self.porch.breathe()
            if not said[1]:
                self.transport.close()

    async def _pass_on(self, head: bytes, rest: bytes) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        while not self.transport.is_closing():
            try:
                await loop.create_unix_connection(lambda: Beyond(self), self.porch.upstream)
            except OSError:
                if loop.time() > until:
                    self.refuse(b"503 Service Unavailable")
                    return
                await asyncio.sleep(0.1)
                continue
            break
        if self.beyond is None or self.transport.is_closing():
            if self.beyond:
                self.beyond.transport.close()
            return
        request, goes_on = read(head) or ({}, False)
        self.body = int(request.get("HTTP_CONTENT_LENGTH", 0)) if goes_on else None
        if self.body is None:
            self.waiting = b""
            self.beyond.transport.write(self._introduced(head) + rest)
        else:
            self.beyond.method = request["REQUEST_METHOD"]
            self.beyond.transport.write(self._introduced(head) + rest[: self.body])
            self.waiting, self.body = rest[self.body :], max(0, self.body - len(rest))
        self.transport.resume_reading()

    def _introduced(self, head: bytes) -> bytes:
        """The head with whose it is, and with the end of the connection after this answer."""
        peer = self.transport.get_extra_info("peername") or ("",)
        first, *lines = head.split(b"\r\n")
        own = [line for line in lines if not line.lower().startswith((b"connection:", b"keep-alive:"))]
        visitor = f"{self.porch.visitor}: {peer[0]}".encode()
        return b"\r\n".join([first, *own, visitor, b"Connection: close", b"", b""])

    def answered(self) -> None:
        """The answer from beyond is whole: she may ask for the next thing."""
        if self.beyond:
            self.beyond.transport.close()
        self.beyond, self.is_passed_on = None, False
        if self.body or self.is_over:  # it was given before all was heard; or nothing more will come
            self.transport.close()
            return
        self.body, self.heard = None, time.monotonic()
        if self.is_full:
            self.transport.pause_reading()  # until she has taken it
            return
        self.transport.resume_reading()
        self._read()

    def refuse(self, status: bytes) -> None:
        self.transport.write(self.porch.start(status) + b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        self.transport.close()

    def leave(self) -> None:
        """Ends it, unless something is under way."""
        if not self.is_passed_on:
            self.transport.close()

    def leave_if_idle(self) -> None:
        patience = STUCK if self.transport.get_write_buffer_size() else IDLE
        if not self.is_passed_on and time.monotonic() - self.heard > patience:
            self.transport.abort()

    def eof_received(self) -> bool:
        self.is_over = True
        if self.beyond and self.beyond.transport.can_write_eof():
            self.beyond.transport.write_eof()
        return self.is_passed_on

    def pause_writing(self) -> None:
        self.is_full = True
        (self.beyond or self).transport.pause_reading()

    def resume_writing(self) -> None:
        self.is_full = False
        if self.beyond:
            self.beyond.transport.resume_reading()
        elif not self.is_passed_on:
            self.heard = time.monotonic()
            self.transport.resume_reading()
            self._read()


class Beyond(asyncio.Protocol):
    """The connection to the server behind, for one guest and one request of hers."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest
        self.transport: asyncio.Transport = cast(asyncio.Transport, None)
        self.method = ""  # of a request whose end is known
        self.head = b""  # of its answer, as far as it has come
        self.rest: int | None = None  # bytes of the answer still to come; None: until the connection ends

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.guest.beyond = self

    def data_received(self, data: bytes) -> None:
        if self.guest.beyond is not self:
            return  # she has her answer
        if self.method:
            self.head += data
            head, end, data = self.head.partition(b"\r\n\r\n")
            if not end and len(head) <= LONGEST_HEAD:
                return
            found = length_of(head, self.method) if end else None
            self.method = ""
            if found is None:
                data = self.head
            else:
                self.rest = found[0]
                self.guest.transport.write(found[1] + b"\r\n\r\n")
        if self.rest is None:
            self.guest.transport.write(data)
            return
        self.guest.transport.write(data[: self.rest])
        self.rest = max(0, self.rest - len(data))
        if not self.rest:
            self.guest.answered()

    def connection_lost(self, error: Exception | None) -> None:
        if self.guest.beyond is self:
            self.guest.transport.close()  # when all is sent

    def pause_writing(self) -> None:
        self.guest.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.guest.beyond is self:
            self.guest.transport.resume_reading()


def _one(listening: socket.socket, upstream: str) -> None:
    """What each process does."""
    from django.apps import apps
    from django.conf import settings

    from .door import visitor_header
    from .shelf import stamp

    apps.populate(())  # none: the languages of addresses are all that is asked of Django here
    porch = Porch(Shelf(settings.KEPT_DIR / "pages", stamp()), upstream, visitor_header())

    async def work() -> None:
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
