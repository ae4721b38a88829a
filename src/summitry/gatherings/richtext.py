"""Texts of imported files are HTML, our own are Markdown: both are shown, and told apart by how they
begin."""

import html
import re

import nh3
from django.utils.safestring import SafeString, mark_safe

from summitry.text.templatetags.text import render_markdown

_HTML = re.compile(r"\s*<(p|h[1-6]|ul|ol|div|blockquote|pre|table|em|strong|a|br|hr)\b", re.IGNORECASE)
_TAGS = {"p", "br", "em", "strong", "b", "i", "a", "ul", "ol", "li", "blockquote", "code", "pre", "hr", "del"}
_TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
_HEADING = re.compile(r"<(/?)h[1-6]\b")
_BREAKS = re.compile(r"</(p|li|h[1-6]|div|blockquote|pre|tr)>|<br\s*/?>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^>]{0,2000}>")


def is_html(source: str) -> bool:
    return bool(_HTML.match(source))


def to_html(source: str) -> SafeString:
    """Safe HTML: no images, scripts or styles; headings as <h3>, below those of the page."""
    if not is_html(source):
        return render_markdown(source)
    cleaned = nh3.clean(
        _HEADING.sub(r"<\1h3", source),
        tags=_TAGS | _TABLE | {"h3"},
        attributes={"a": {"href", "title"}},
        link_rel="nofollow noopener",
        url_schemes={"http", "https", "mailto"},
    )
    return mark_safe(cleaned)  # noqa: S308  (cleaned by nh3 just above)


def to_plain(source: str) -> str:
    """Words without marks, for calendars: paragraphs stay lines."""
    if not is_html(source):
        return source.strip()
    spaced = _ANY_TAG.sub("", _BREAKS.sub("\n", source))
    lines = [line.strip() for line in html.unescape(spaced).splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
