"""The two ends of what passes through the porch: a visitor's connection, and one to the server behind."""

import asyncio
import time
from typing import TYPE_CHECKING, cast

from .asked import Request
from .heads import length_of, read
from .lanes import Lane

if TYPE_CHECKING:
    from .porch import Porch

LONGEST_HEAD = 64 * 1024  # bytes
IDLE = 75.0  # seconds without a request
STUCK = 600.0  # seconds for a reader to take what was sent
PATIENCE = 15.0  # seconds for the server to come up


class Guest(asyncio.Protocol):
    """A connection from outside: a reader's browser, or a proxy."""

    def __init__(self, porch: "Porch") -> None:
        self.porch = porch
        self.transport: asyncio.Transport = cast(asyncio.Transport, None)
        self.address = ""
        self.waiting = b""  # of what was received
        self.wanted = 0  # bytes of it without which a request for a lane is not whole
        self.is_full = False  # she does not take what was sent
        self.is_passed_on = False
        self.is_over = False  # she sends nothing more
        self.body: int | None = None  # bytes of the request still to come; None: until the connection ends
        self.beyond: Beyond | None = None
        self.heard = time.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.address = str((transport.get_extra_info("peername") or ("",))[0])
        if not self.address:  # she has gone: nobody could say whose request it is that she left
            self.transport.abort()
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
        if len(self.waiting) < self.wanted:
            return
        while self.waiting and not (self.is_full or self.is_passed_on or self.transport.is_closing()):
            head, end, rest = self.waiting.partition(b"\r\n\r\n")
            if len(head) > LONGEST_HEAD:
                self.refuse(b"431 Request Header Fields Too Large")
            if len(head) > LONGEST_HEAD or not end:
                return
            said = self.porch.answer(head)
            if said is None:
                self._go_on(head, len(rest))
                return
            self.waiting = rest
            self.transport.writelines(said[0])  # large bodies are not copied
            self.porch.breathe()
            if not said[1]:
                self.transport.close()

    def _go_on(self, head: bytes, heard: int) -> None:
        """To a lane that wants it, when all of it was heard, else to the server behind."""
        request, goes_on = read(head) or ({}, False)
        length = int(request.get("HTTP_CONTENT_LENGTH", 0))
        lane = self.porch.lane_for(request) if goes_on else None
        if lane and heard < length:
            self.wanted = len(head) + 4 + length
            return
        self.is_passed_on, self.wanted = True, 0
        if lane:
            answering = self._by_lane(lane, head, request, length)
        else:
            self.transport.pause_reading()
            answering = self._pass_on(head, request, goes_on)
        task = asyncio.get_running_loop().create_task(answering, context=self.porch.context)
        self.porch.under_way.add(task)
        task.add_done_callback(self.porch.under_way.discard)

    async def _by_lane(self, lane: Lane, head: bytes, request: Request, length: int) -> None:
        begins = len(head) + 4
        said = await self.porch.led(lane, request, self.waiting[begins : begins + length], self.address)
        if self.transport.is_closing():
            return
        if said is None:
            self.transport.pause_reading()
            await self._pass_on(head, request, True)
            return
        self.waiting = self.waiting[begins + length :]
        self.transport.write(said)
        self.porch.breathe()
        self.answered()

    async def _pass_on(self, head: bytes, request: Request, goes_on: bool) -> None:
        rest = self.waiting[len(head) + 4 :]
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
        first, *lines = head.split(b"\r\n")
        own = [line for line in lines if not line.lower().startswith((b"connection:", b"keep-alive:"))]
        visitor = f"{self.porch.visitor}: {self.address}".encode()
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
