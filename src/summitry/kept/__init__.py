"""Published pages, kept as bytes and served at the speed of files.

A page that is the same for every reader is made once by Django, kept, and from then on answered without a
query: by `Porch`, which listens, or by `Door`, the WSGI application in front of Django. A room declares it:

    @kept.page("day", "rooms")          # the only parameters of the address that this page reads
    def programme(request, slug): ...

That is enough to be right: every statement is seen, and a page is retired when a table that it has read is
written. To be exact as well, a room says in its `apps.py` which rows have which names, and while a page is
made which of them it shows:

    kept.watch(Session, session="pk", sessions="gathering_id", unseen=("version",))
    kept.depends(f"session:{one.pk}")   # anywhere while the page is made: best in the query that reads the
    rows

A page that names rows of a table is retired when one of those is written, and not when others are. A page
that says something of the present says until when that holds: `kept.until(call.closes_at)`. Nothing can see
that for it.

**What is retired.** Saving or deleting a row retires its own names. What writes many rows in one statement
(`update`, `bulk_create`, raw SQL) is seen by its table, and retires every page that named any row of that
table: more than needed, never less. An act that knows better says so: `with kept.only(f"programme:{pk}"):`.
A column that no page shows is `unseen`. `kept.retire(...)` retires by hand.

**Why no old page survives.** Each name has a counter that all processes share, and there is one clock that
every retirement moves on; a counter holds the time of its name's last retirement. A page notes the clock
before its first query, and is good while no counter of its names is later than that.

1. A name is retired when the row is written, before the commit: from then on nothing kept under it is served,
   and nothing new is kept under it (it is *open*), because a page made now might have been read before the
   commit.
2. After the commit, or the rollback, it is retired once more, and is no longer open. A page that was begun in
   between has an earlier clock, and is refused when it comes to be kept, or at the first look at it.
3. A process that dies in between leaves the name open. Its pages are made by Django each time, which is
slow and
   right, until `OPEN` seconds have passed; by then its transaction has long been rolled back.

So a page made of what was read before a commit is never served after it.

**What depends on a value.** The navigation stands on every page and depends on a little of everything. It
is a `Value`: computed anew when something it read has changed, and only if it then differs are the pages
retired.

**Readers.** Bytes are kept for readers whom Django would answer alike. A session's cookie, a message, an
authorisation or htmx lead to Django, as does a parameter that the page does not declare. Light or dark, the
language where the address has none, the host and the scheme are part of the key. A reader's agenda is a
cookie that a page's script lays over the page: the script says that it can in the cookie `lay`. Without
that cookie the reader has no script, and Django renders her stars. The last checkpoint in the foot is laid
over too: each public act moves it, and would else retire every page there is.
"""

from .making import depends, is_making, page, tomorrow, until
from .retiring import only, retire, settle_if_over
from .values import Value
from .watching import watch

__all__ = [
    "Value",
    "depends",
    "is_making",
    "only",
    "page",
    "retire",
    "settle_if_over",
    "tomorrow",
    "until",
    "watch",
]
