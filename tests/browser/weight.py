"""What the first view of a page weighs over the wire."""

import gzip
import re
from dataclasses import dataclass, field
from urllib.parse import urldefrag, urljoin
from urllib.request import Request, urlopen

import brotli
from lxml import html

LIMIT = 50_000  # bytes, for every public page
_PACKED = {"br", "gzip"}


@dataclass(slots=True)
class Weight:
    """Bytes of response bodies as they are sent; `files` says what each address weighs."""

    html: int = 0
    css: int = 0
    script: int = 0
    other: int = 0
    files: dict[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return self.html + self.css + self.script + self.other


def _sent(url: str, cookie: str = "") -> tuple[int, bytes]:
    """The size as sent, and the plain body.

    A deployment keeps static files compressed at brotli's best; a server that sends them plain is forgiven.
    """
    headers = {"Accept-Encoding": "br, gzip", **({"Cookie": cookie} if cookie else {})}
    with urlopen(Request(url, headers=headers), timeout=20) as response:
        body, packed = response.read(), response.headers.get("Content-Encoding", "")
    if packed == "gzip":
        return len(body), gzip.decompress(body)
    if packed == "br":
        return len(body), brotli.decompress(body)
    return min(len(body), len(brotli.compress(body))), body


def first_view(page_url: str, cookie: str = "") -> Weight:
    """The page, its stylesheets, its scripts and what they import, its icons and pictures."""
    weight = Weight()
    weight.html, body = _sent(page_url, cookie)
    weight.files[page_url] = weight.html
    page = html.fromstring(body)
    found: list[tuple[str, str]] = [
        *(("css", href) for href in page.xpath("//link[contains(@rel, 'stylesheet')]/@href")),
        *(("script", src) for src in page.xpath("//script/@src")),
        *(("script", href) for href in page.xpath("//link[@rel='modulepreload']/@href")),
        *(("other", href) for href in page.xpath("//*[local-name()='use']/@href")),
        *(("other", href) for href in page.xpath("//link[contains(@rel, 'icon')]/@href")),
        *(("other", src) for src in page.xpath("//img[not(@loading='lazy')]/@src")),
    ]
    while found:
        kind, address = found.pop()
        url = urldefrag(urljoin(page_url, address)).url
        if url in weight.files or url.startswith("data:") or url == page_url:
            continue
        size, body = _sent(url)
        weight.files[url] = size
        setattr(weight, kind, getattr(weight, kind) + size)
        if kind == "script":
            found += [("script", urljoin(url, name)) for name in _imports(body.decode())]
    return weight


def _imports(source: str) -> list[str]:
    """What a module imports by a relative or rooted address, at once (not `import()`)."""
    return re.findall(r"""(?:^|[;\n])\s*(?:import|export)\b[^;"'()]*["']([./][^"']+)["']""", source)


def first_view_bytes(page_url: str, cookie: str = "") -> int:
    """HTML, CSS, scripts, icons and pictures of the first view, in bytes over the wire."""
    return first_view(page_url, cookie).total
