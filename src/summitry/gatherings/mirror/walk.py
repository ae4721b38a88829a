"""From page to page: each is asked of Django without an account, rewritten and put into the folder."""

import mimetypes
import re
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.templatetags.static import static
from django.utils import timezone, translation

from summitry.people.models import scope_of
from summitry.record.queries import entries_about

from .. import apart
from ..models import Gathering
from . import markup, own
from .addresses import CODES, Addresses, relative
from .folder import Folder, replacing
from .frame import MARK, Copy
from .problem import Problem

_CSS_LINK = re.compile(r"""url\(\s*["']?([^"')#]+)""")
_FILE_NAME = re.compile(r'filename="?[^";]*(\.[A-Za-z0-9]{1,8})"?')
RECEIPTS = 200  # entries of the record that a copy has proofs of: the newest


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_page(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/html")


@dataclass(frozen=True, slots=True)
class Written:
    """What a copy holds. bytes: of all files."""

    pages: int
    files: int
    bytes: int


def write(
    gathering: Gathering, path: Path, *, processes: int = 1, say: Callable[[str], None] = lambda words: None
) -> Written:
    """Makes the copy and puts it at `path`, in place of an older one. processes: among how many the
    languages are divided. say: is told how it goes. Raises Problem; the folder is then as it was."""
    if not gathering.is_public:
        raise Problem(f"{gathering.slug} is a draft: nothing of it is published.")
    released, made_at = gathering.released_id, timezone.now()
    shares = [CODES[n::processes] for n in range(min(max(processes, 1), len(CODES)))]
    with replacing(path, gathering.slug) as folder:
        jobs = [(gathering.slug, folder.path, share, n == 0, made_at) for n, share in enumerate(shares)]
        pages = 0
        for share, done in zip(shares, _each(jobs), strict=True):
            folder.take(done)
            pages += done.pages
            say(f"{' '.join(share)}: {done.pages:,} pages")
        gathering.refresh_from_db(fields=["released"])
        if gathering.released_id != released:
            raise Problem("The programme was released anew while the copy was made. Run it again.")
        front = Addresses(gathering.slug).front(settings.LANGUAGE_CODE)
        folder.close(
            {
                "copy of": gathering.slug,
                "version": gathering.released.version if gathering.released else None,
                "made": f"{made_at:%Y-%m-%dT%H:%M:%SZ}",
                "from": f"{settings.BASE_URL}{front}",
            }
        )
    return Written(pages, len(folder.sums) + 1, folder.bytes)


type Job = tuple[str, Path, tuple[str, ...], bool, datetime]


def _each(jobs: list[Job]) -> Iterator[Folder]:
    """Does all of them, each in a process of its own unless it is the only one."""
    if len(jobs) == 1:
        yield _part(jobs[0])
        return
    context = get_context("spawn")
    running = []
    try:
        for job in jobs:
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(target=apart.work, args=(__name__, "_part", job, sender), daemon=True)
            process.start()
            sender.close()
            running.append((process, receiver))
        for _process, receiver in running:
            try:
                found = receiver.recv()
            except EOFError:
                raise Problem("One of the processes was stopped from outside. Run it again.") from None
            if isinstance(found, Exception):
                raise found
            yield found
    finally:
        for process, _receiver in running:
            process.terminate()
        for process, _receiver in running:
            process.join()


def _part(job: Job) -> Folder:
    """The pages of some languages and, of the first part, what all languages share."""
    slug, path, codes, is_first, made_at = job
    gathering = Gathering.objects.select_related("released").get(slug=slug)
    folder = Folder(path)
    with translation.override(settings.LANGUAGE_CODE), _one_connection():
        folder.pages = _Walk(gathering, folder, codes, is_first, made_at).go()
    return folder


@contextmanager
def _one_connection() -> Iterator[None]:
    """Django looks after each request whether the database's connection is to be closed; here all requests
    are one piece of work, which may be part of somebody's transaction."""
    signals = (request_started, request_finished)
    for one in signals:
        one.disconnect(close_old_connections)
    try:
        yield
    finally:
        for one in signals:
            one.connect(close_old_connections)


class _Walk:
    """Through the pages of some languages. shared: also what belongs to no language."""

    def __init__(
        self, gathering: Gathering, folder: Folder, codes: tuple[str, ...], shared: bool, made_at: datetime
    ) -> None:
        entries = list(entries_about(scope_of(gathering)).order_by("-index")[:RECEIPTS])
        self.addresses = Addresses(gathering.slug, [entry.index for entry in entries])
        self._copy = Copy(gathering, self.addresses, made_at)
        self._own = own.Pages(self._copy, entries)
        self._folder, self._codes, self._shared = folder, codes, shared
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a folder of static files that nobody has gathered yet
            self._django = WSGIHandler()
        self._queue: deque[str] = deque()
        self._wanted: set[str] = set()
        self._links: dict[str, frozenset[str]] = {}  # of each page
        self._elsewhere: dict[str, str | None] = {}  # where an address leads on to; None: nowhere
        self._renamed: set[str] = set()
        self._drawings: dict[str, str] = {}

    def go(self) -> int:
        """How many pages it made."""
        self._drawings = markup.symbols(self._ask(static("summitry/icons.svg")).body.decode())
        self._want(self.addresses.front(code) for code in self._codes)
        if self._shared:
            self._folder.put("index.html", self._rewritten(self._own.door(), "/", "index.html").encode())
        self._drain()
        # What a page had linked to before it turned out to lead elsewhere: that page is made once more.
        wrong = self._elsewhere.keys() | self._renamed
        for address, links in list(self._links.items()):
            if links & wrong:
                self._make(address)
        self._drain()
        for name, data in self._own.search(self._codes, self._shared, self._file):
            self._folder.put(name, data)
        return len(self._links)

    def _file(self, address: str) -> str | None:
        """The file of a page of this copy."""
        return self.addresses.name(address) if address in self._links else None

    def _want(self, addresses: Iterable[str]) -> None:
        for address in addresses:
            if address not in self._wanted:
                self._wanted.add(address)
                code = self.addresses.language(address)
                if code in self._codes or (not code and self._shared):
                    self._queue.append(address)

    def _drain(self) -> None:
        while self._queue:
            self._make(self._queue.popleft())

    def _make(self, address: str) -> None:
        if (source := self._own.render(address)) is not None:
            self._put_page(address, source)
            return
        answer = self._ask(address)
        if answer.status in (301, 302, 307, 308):
            onward = self.addresses.find(answer.headers.get("location", ""), address)
            self._elsewhere[address] = onward[0] if onward else None
            self._want([onward[0]] if onward else [])
        elif answer.status in (403, 404, 410):
            self._elsewhere[address] = None
        elif answer.status != 200:
            hint = " Is the host of BASE_URL among ALLOWED_HOSTS?" if answer.status == 400 else ""
            raise Problem(f"{address} could not be made (status {answer.status}).{hint}")
        elif answer.is_page:
            self._put_page(address, answer.body.decode())
        else:
            self._put_file(address, answer)

    def _put_page(self, address: str, source: str) -> None:
        name = self.addresses.name(address)
        self._folder.put(name, self._rewritten(source, address, name).encode())

    def _rewritten(self, source: str, address: str, name: str) -> str:
        links: set[str] = set()

        def link(href: str) -> str | None:
            if href.startswith("#") or not self.addresses.is_here(href):
                return href
            found = self.addresses.find(href, address)
            if found is None:
                return None
            links.add(found[0])
            target: str | None = found[0]
            for _step in range(5):
                if target not in self._elsewhere:
                    break
                target = self._elsewhere[target]
            if target is None or target in self._elsewhere:
                return None
            self._want([target])
            return relative(self.addresses.name(target), name) + (f"#{found[1]}" if found[1] else "")

        made = markup.rewrite(source, link, self._drawings)
        if name != "index.html":
            self._links[address] = frozenset(links)
        return made

    def _put_file(self, address: str, answer: Answer) -> None:
        name = self.addresses.name(address)
        if name.endswith(".html"):  # it looked like a page, and is a file to take away
            told = _FILE_NAME.search(answer.headers.get("content-disposition", ""))
            kind = answer.headers.get("content-type", "").partition(";")[0]
            end = told[1] if told else mimetypes.guess_extension(kind) or ".bin"
            if end != ".html":
                self.addresses.rename(address, name.removesuffix(".html") + end)
                self._renamed.add(address)
                name = self.addresses.name(address)
        self._folder.put(name, answer.body)
        if name.endswith(".css"):
            found = (self.addresses.find(one, address) for one in _CSS_LINK.findall(answer.body.decode()))
            self._want(one[0] for one in found if one)

    def _ask(self, address: str) -> Answer:
        """What Django answers a visitor without an account."""
        path, _mark, query = address.partition("?")
        base = urlsplit(settings.BASE_URL)
        secure = base.scheme == "https"
        told: list[Any] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": base.hostname or "localhost",
            "SERVER_PORT": str(base.port or (443 if secure else 80)),
            "HTTP_HOST": base.netloc,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": base.scheme,
            "wsgi.input": BytesIO(),
            "wsgi.errors": BytesIO(),
            "wsgi.version": (1, 0),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            MARK: self._copy,
        }
        if secure and settings.SECURE_PROXY_SSL_HEADER:
            name, value = settings.SECURE_PROXY_SSL_HEADER
            environ[name] = value

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None, /) -> Any:
            told.extend([status, headers])

        response = self._django(environ, start)
        try:
            body = b"".join(response)
        finally:
            response.close()
        return Answer(int(told[0][:3]), {key.lower(): value for key, value in told[1]}, body)
