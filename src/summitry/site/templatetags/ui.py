"""Small parts that every page uses. Built in: no {% load %} needed."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.templatetags.static import static
from django.urls import get_script_prefix
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timeuntil
from django.utils.translation import gettext as _

from summitry import kept
from summitry.text import languages

from ..policy import allow_style

register = template.Library()
_CODES = frozenset(code for code, _name in settings.LANGUAGES)
_SAFE_VALUE = re.compile(r"[\w.%#()-]{1,40}\Z")


@register.simple_tag
def icon(name: str, flip: bool = False) -> SafeString:
    """{% icon "arrow" flip=True %}: a symbol of icons.svg, beside a word. Arrows flip in Arabic pages."""
    return format_html(
        '<svg class="i{}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        " flip" if flip else "",
        static("summitry/icons.svg"),
        name,
    )


class StyledNode(template.Node):
    def __init__(self, body: NodeList):
        self.body = body

    def render(self, context: Context) -> SafeString:
        rules: dict[str, str] = {}
        context.render_context["style rules"] = rules
        with context.push(style_rules=rules):
            body = self.body.render(context)
        if not rules:
            return mark_safe(body)  # noqa: S308
        sheet = "".join(f'[data-style="{key}"]{{{value}}}' for key, value in rules.items())
        if (request := context.get("request")) is not None:
            allow_style(request, sheet)
        return mark_safe(f"<style>{sheet}</style>{body}")  # noqa: S308


@register.tag
def styled(parser: Parser, token: Token) -> StyledNode:
    """{% styled %}…{% endstyled %}: gathers what {% vars %} says in it into one style block, whose hash
    the page's content policy names."""
    body = parser.parse(("endstyled",))
    parser.delete_first_token()
    return StyledNode(body)


class VarsNode(template.Node):
    def __init__(self, values: dict[str, FilterExpression]):
        self.values = values

    def render(self, context: Context) -> str:
        found = {name: str(value.resolve(context)) for name, value in self.values.items()}
        for name, value in found.items():
            if not _SAFE_VALUE.match(value):
                raise ValueError(f"{{% vars %}}: {name}={value!r} is not a plain CSS value")
        rules = context.get("style_rules")
        if rules is None:
            raise ValueError("{% vars %} stands outside {% styled %}")
        key = ";".join(f"{name}:{value}" for name, value in found.items())
        rules[key] = ";".join(f"--{name}:{value}" for name, value in found.items())
        return f'data-style="{key}"'


@register.tag("vars")
def vars_(parser: Parser, token: Token) -> VarsNode:
    """<i {% vars v=percent %}></i>: data as custom properties, without inline styles."""
    values = {}
    for bit in token.split_contents()[1:]:
        name, _, value = bit.partition("=")
        values[name] = parser.compile_filter(value)
    return VarsNode(values)


@register.simple_tag
def dressed(field: BoundField) -> SafeString:
    """A field's widget with our class; Django itself sets aria-describedby and aria-invalid."""
    widget = field.field.widget
    attrs: dict[str, str | bool] = {"class": f"in-t {widget.attrs.get('class', '')}".strip()}
    return field.as_widget(attrs=attrs)


@register.simple_tag(takes_context=True)
def in_language(context: Context, code: str) -> str:
    """The address of this page in another language; on a page without one, that language's home."""
    request, prefix = context.get("request"), get_script_prefix()
    if request is None:
        return f"{prefix}{code}/"
    first, _slash, rest = request.get_full_path().removeprefix(prefix).partition("/")
    return f"{prefix}{code}/{rest if first in _CODES else ''}"


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: Any) -> str:
    """{% query page=3 %}: this page's query string with changes; None removes a name."""
    request = context.get("request")
    params = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None:
            params.pop(name, None)
        elif isinstance(value, list | tuple):
            params.setlist(name, [str(one) for one in value])
        else:
            params[name] = str(value)
    return f"?{params.urlencode()}"


@register.simple_tag
def at(value: datetime) -> SafeString:
    """{% at entry.at as moment %}: the moment in UTC as the reader's language writes it, for a sentence."""
    moment = value.astimezone(UTC)
    words = _("%(moment)s UTC") % {"moment": formats.date_format(moment, "SHORT_DATETIME_FORMAT")}
    return format_html('<time datetime="{}">{}</time>', f"{moment:%Y-%m-%dT%H:%M:%SZ}", words)


@register.simple_tag
def days(first: date, last: date) -> SafeString:
    """{% days gathering.starts gathering.ends %}: "2–5 November 2027", as her language writes it."""
    code = languages.current()
    whole = formats.date_format(last, "DATE_FORMAT")
    if first == last:
        words = whole
    elif (first.year, first.month) != (last.year, last.month):
        words = f"{formats.date_format(first, 'DATE_FORMAT')} – {whole}"
    elif code.startswith("zh"):
        words = f"{formats.date_format(first, 'DATE_FORMAT')}–{last.day}日"
    else:  # the day comes first
        words = f"{first.day}–{whole}"
    return format_html('<time datetime="{}">{}</time>', first.isoformat(), words)


@register.filter
def faults(errors: dict[str, list[Any]]) -> int:
    """How many sentences a form's errors are."""
    return sum(len(listed) for listed in errors.values())


@register.filter
def thousands(value: Any) -> str:
    """48212 becomes 48,212 in every language (the house writes Latin digits)."""
    return f"{int(value):,}" if value not in (None, "") else ""


@register.filter
def short_hash(value: str | bytes, ends: int = 8) -> str:
    text = value.hex() if isinstance(value, bytes | memoryview) else str(value)
    return f"{text[:ends]}…{text[-6:]}" if len(text) > ends + 7 else text


@register.filter
def days_left(value: datetime) -> int:
    """Whole days until a moment, at least 0."""
    left = value - timezone.now()
    kept.until(timezone.now() + left % timedelta(days=1))
    return max(0, left.days)


@register.filter
def until(value: datetime) -> str:
    kept.until(timezone.now() + timedelta(minutes=1))
    return timeuntil(value, timezone.now(), depth=1)
