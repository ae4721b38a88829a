"""Atom (RFC 4287): a feed of the releases of a programme, each with what it changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from summitry.text import languages

from .base import Format, register
from .frab.ours import legal

if TYPE_CHECKING:
    from ..export import Programme
    from ..queries.releases import Told

SHOWN = 100  # titles of each list in an entry


def _write(programme: Programme) -> Iterator[str]:
    from django.urls import reverse

    from ..identity import programme_address

    gathering = programme.gathering
    here = programme_address(gathering, "feed.atom")
    page = settings.BASE_URL.rstrip("/") + reverse("gatherings:changes", args=[gathering.slug])
    told = programme.told
    updated = told[0].release.published_at if told else None
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={quoteattr(languages.current())}>\n'
    yield _line("id", here)
    yield _line("title", _("%(gathering)s: changes of the programme") % {"gathering": gathering.title})
    yield _line("updated", (updated.isoformat() if updated else f"{gathering.starts}T00:00:00Z"))
    yield f'  <link rel="self" type="application/atom+xml" href={quoteattr(here)}/>\n'
    yield f'  <link rel="alternate" type="text/html" href={quoteattr(page)}/>\n'
    yield f"  <author>\n  {_line('name', str(gathering.title))}  </author>\n"
    for one in told:
        yield _entry(one, here, gathering.slug)
    yield "</feed>\n"


def _entry(told: Told, feed: str, slug: str) -> str:
    from django.urls import reverse

    release, changes = told.release, told.changes
    path = reverse("gatherings:release", args=[slug, release.version])
    address = settings.BASE_URL.rstrip("/") + path
    lists = [
        (_("New"), changes.new),
        (_("Moved"), changes.moved),
        (_("Cancelled"), changes.cancelled),
        (_("Renamed"), changes.retitled),
    ]
    html = "".join(
        f"<h2>{escape(title)}</h2><ul>"
        + "".join(f"<li>{escape(str(one.row.title))}</li>" for one in found[:SHOWN])
        + ("<li>…</li>" if len(found) > SHOWN else "")
        + "</ul>"
        for title, found in lists
        if found
    )
    counted = "; ".join(f"{title}: {len(found)}" for title, found in lists if found)
    note = f"<p>{escape(str(release.note))}</p>" if release.note else ""
    return (
        "  <entry>\n"
        + _line("id", f"{feed}#{release.version}", 4)
        + _line("title", _("Version %(version)d") % {"version": release.version}, 4)
        + _line("updated", release.published_at.isoformat(), 4)
        + _line("published", release.published_at.isoformat(), 4)
        + f'    <link rel="alternate" type="text/html" href={quoteattr(address)}/>\n'
        + _line("summary", counted or _("Smaller changes"), 4)
        + f'    <content type="html">{escape(legal(note + html))}</content>\n'
        + "  </entry>\n"
    )


def _line(tag: str, words: str, indent: int = 2) -> str:
    return f"{' ' * indent}<{tag}>{escape(legal(str(words)))}</{tag}>\n"


register(
    Format(
        key="atom",
        name=gettext_lazy("Feed of changes"),
        about=gettext_lazy("Atom: each release with what it changed, for readers of feeds."),
        media_type="application/atom+xml",
        extension="atom",
        file="feed.atom",
        schema="https://www.rfc-editor.org/rfc/rfc4287",
        write=_write,
        by_language=True,
        place=2,
    )
)
