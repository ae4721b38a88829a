"""Pages for tests, made without acts: no entry in the record."""

from itertools import count
from typing import Any

from summitry.site.models import Page
from summitry.text.value import Text

_number = count(1)


def make_page(title: Text | str | None = None, **fields: Any) -> Page:
    n = next(_number)
    words = title if isinstance(title, Text) else Text.of(title or f"Page {n}")
    return Page.objects.create(slug=fields.pop("slug", None) or f"page-{n}", title=words, **fields)
