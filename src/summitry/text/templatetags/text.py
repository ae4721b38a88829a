"""How translated text meets the reader. Built in: no {% load %} needed."""

import re
from datetime import datetime
from typing import Any

import nh3
from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from .. import languages, moments
from ..value import Text

register = template.Library()
register.filter("bcp47", languages.bcp47)
register.filter("direction", languages.direction)
register.filter("language_name", languages.local_name)
register.simple_tag(languages.comma)
register.simple_tag(languages.list_comma)
_FIGURES = re.compile(r"\d+(?:[-:]\d+)+(?:T[\d:]+Z)?(?: \d+(?:[-:]\d+)+)*")
_TAGS = {
    "p",
    "br",
    "em",
    "strong",
    "a",
    "ul",
    "ol",
    "li",
    "blockquote",
    "code",
    "pre",
    "h2",
    "h3",
    "h4",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@register.filter
def get(mapping: Any, key: Any) -> Any:
    return mapping.get(key) if mapping else None


@register.filter
def words(value: Any) -> SafeString:
    """{{ case.title|words }}: the reader's language; other languages come wrapped with `lang` and `dir`."""
    if not isinstance(value, Text):
        return format_html("{}", value or "")
    reading = value.best()
    if reading.language == languages.current():
        return format_html("{}", reading.value)
    code = reading.language
    return format_html(
        '<span lang="{}" dir="{}">{}</span>', languages.bcp47(code), languages.direction(code), reading.value
    )


@register.filter
def said_by(value: Any, machine: Any) -> str:
    """{{ case.title|said_by:machine }}: what a machine says for it in the reader's language, where nobody has
    said it there; machine: of `text.machine.said`. Empty else. For `text/machine.html`, which marks it."""
    if not machine or not isinstance(value, Text) or languages.current() in value.texts:
        return ""
    words: str = machine.get(value.get(value.source), "")
    return words


@register.filter
def plain(value: Any) -> str:
    """{{ case.title|plain }}: bare words, for attributes and <title>."""
    return str(value)


@register.filter
def lang_attrs(value: Any) -> SafeString:
    """<h1 {{ case.title|lang_attrs }}>: `lang` and `dir` of what the reader gets, unless her own."""
    if not isinstance(value, Text) or value.best().language == languages.current():
        return mark_safe("")
    code = value.best().language
    return format_html('lang="{}" dir="{}"', languages.bcp47(code), languages.direction(code))


@register.filter
def mark(value: Any) -> SafeString:
    """{{ case.body|mark }}: says which language she reads and in what state, if not all is well."""
    if not isinstance(value, Text) or not value:
        return mark_safe("")
    reading = value.best()
    state = value.state(reading.language)
    notes = []
    if reading.language != languages.current():
        notes.append(_("shown in %(language)s") % {"language": languages.local_name(reading.language)})
    if state == "outdated":
        notes.append(_("translation, the original has changed since"))
    elif state == "draft":
        notes.append(_("translation, not reviewed yet"))
    return (
        format_html(' <span class="chip">{}</span>', languages.comma().join(notes))
        if notes
        else mark_safe("")
    )


@register.filter
def figures(value: Any) -> Any:
    """{{ field.help_text|figures }}: "2027-09-19 14:00-18:00" within a sentence. A language that is written
    from the right would show it from the wrong end: an isolate keeps it as one has to write it."""
    if not value or languages.direction(languages.current()) == "ltr":
        return value
    return mark_safe(_FIGURES.sub("\u2066\\g<0>\u2069", conditional_escape(value)))  # noqa: S308


@register.filter
def exactly(value: datetime) -> str:
    """{{ call.closes_at|exactly }}: a moment in UTC as bare words without the zone, to the second; for
    letters."""
    return moments.bare(value.replace(microsecond=0))


def render_markdown(source: str) -> SafeString:
    """CommonMark to safe HTML: no raw HTML, no images, links nofollow. Headings begin at h2."""
    tokens = _markdown.parse(source)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = {"h1": "h2", "h5": "h4", "h6": "h4"}.get(token.tag, token.tag)
    cleaned = nh3.clean(
        _markdown.renderer.render(tokens, _markdown.options, {}),
        tags=_TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        link_rel="nofollow noopener",
        url_schemes={"http", "https", "mailto"},
    )
    return mark_safe(cleaned)  # noqa: S308  (cleaned by nh3 just above)


@register.filter
def prose(value: Any) -> SafeString:
    """{{ case.body|prose }}: Markdown as HTML in a block of the language that it is in."""
    if not isinstance(value, Text):
        return format_html("<div>{}</div>", render_markdown(str(value or "")))
    reading = value.best()
    code = reading.language
    if code == languages.current():
        return format_html("<div>{}</div>", render_markdown(reading.value))
    return format_html(
        '<div lang="{}" dir="{}">{}</div>',
        languages.bcp47(code),
        languages.direction(code),
        render_markdown(reading.value),
    )
