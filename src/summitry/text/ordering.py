"""Names in the order in which a reader looks for them, the same on SQLite and on PostgreSQL.

A database sorts by the codes of signs, so that "École" comes after "Zagreb", or by a collation, of which
SQLite has none and PostgreSQL those that its server was set up with. So both sort by one key, computed by the
same few steps: signs that open a name, accents, case, hamza and harakat do not matter, nor does the Arabic
article. Scripts follow each other as in Unicode: Latin, Greek, Cyrillic, Hebrew, Arabic, Chinese, the last by
radicals and strokes: an order by sound would need a dictionary of readings.
"""

import re
import unicodedata
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models import Func, TextField
from django.db.models.functions import Coalesce

from .languages import current

# Both databases know these two patterns; neither holds a quote or a per cent sign.
_MARKS = "[\u0300-\u036f\u0591-\u05c7\u0640\u064b-\u065f\u0670]"
_OPENING = '^[\\s"“”„«»‹›‘’(\\[{《〈「『（【¿¡]*(ال)?'
# An article has no hamza: ألمانيا has none.
_CASED = [(0x41, 0x5A), (0x391, 0x3A9), (0x402, 0x42F), (0x460, 0x52F), (0x531, 0x556)]
_CAPITALS = "".join(
    chr(at)
    for low, high in _CASED
    for at in range(low, high + 1)
    if len(chr(at).lower()) == 1 and chr(at).lower() != chr(at)
)
_FROM = _CAPITALS + "ØøŁłĐđÐðÞþÆæŒœßıĦħςىیېةکٱ"
_TO = _CAPITALS.lower() + "oollddddttaaoosihhσييي" + "هكا"
_FOLD = str.maketrans(_FROM, _TO)
_marks, _opening = re.compile(_MARKS), re.compile(_OPENING)
FUNCTION = "summitry_sort_key"


def sort_key(words: str) -> str:
    """What names are compared by.

    >>> sorted(["Zagreb", "École", "“Ada”", "ecology"], key=sort_key)
    ['“Ada”', 'École', 'ecology', 'Zagreb']
    """
    begun = _opening.sub("", unicodedata.normalize("NFKD", words), count=1)
    return _marks.sub("", begun).translate(_FOLD)


class SortKey(Func):
    """`sort_key` in the database."""

    function = FUNCTION
    arity = 1
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = (
            f"(translate(regexp_replace(regexp_replace(normalize(%(expressions)s, NFKD), '{_OPENING}', ''),"
            f" '{_MARKS}', '', 'g'), '{_FROM}', '{_TO}') COLLATE \"C\")"
        )
        return self.as_sql(compiler, connection, template=template, **context)


class _Said(Func):
    """What a column of Text says in a language. Its code stands in the statement itself: a parameter that is
    given twice is two things for PostgreSQL, which then does not sort what is DISTINCT."""

    arity = 1
    output_field = TextField()

    def __init__(self, column: str, language: str) -> None:
        super().__init__(column)
        self.language = language

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"JSON_EXTRACT(%(expressions)s, '$.texts.\"{self.language}\".value')"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"(%(expressions)s #>> '{{texts,{self.language},value}}')"
        return self.as_sql(compiler, connection, template=template, **context)


def by_name(column: str, otherwise: str) -> SortKey:
    """To order by what a column of Text says in the reader's language, else by a column of words."""
    return SortKey(Coalesce(_Said(column, current()), otherwise, output_field=TextField()))


def _teach(sender: Any, connection: Any, **_more: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(FUNCTION, 1, _nullable, deterministic=True)


def _nullable(words: str | None) -> str | None:
    return None if words is None else sort_key(words)


def begin() -> None:
    """SQLite learns the key on every connection, present and to come."""
    connection_created.connect(_teach, dispatch_uid="ordering")
    for connection in connections.all(initialized_only=True):
        if connection.connection is not None:
            _teach(None, connection)
