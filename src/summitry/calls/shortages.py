"""Why not every entry can have its jurors, in sentences for whoever manages the call."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from summitry.engines import assignment as engine
from summitry.text import languages
from summitry.text.templatetags.text import plain

from .matching import LANGUAGE, Group
from .rules import RuleSet


def sentences(rules: RuleSet, shortages: Iterable[engine.Shortage]) -> list[str]:
    """A sentence or two for each shortage: who is missing and where, and what would help."""
    return [" ".join(_told(rules, one)) for one in shortages]


def _told(rules: RuleSet, one: engine.Shortage) -> Iterator[str]:
    yield _who(one) % {
        "n": one.readers,
        "where": _where(rules, one),
        "languages": _listed(_name(code) for code in _languages(one)),
    }
    yield ngettext(
        "%(n)d place on jurors’ lists is lacking.", "%(n)d places on jurors’ lists are lacking.", one.missing
    ) % {"n": one.missing}
    if engine.CAPS in one.causes:
        yield _("Longer lists would help too.")


def _who(one: engine.Shortage) -> str:
    """The sentence by what would help most."""
    cause = next(iter(one.causes), "")
    if cause == LANGUAGE:
        return ngettext(
            "%(where)s needs %(n)d more juror who reads %(languages)s.",
            "%(where)s needs %(n)d more jurors who read %(languages)s.",
            one.readers,
        )
    if cause == engine.REGIONS:
        return ngettext(
            "%(where)s needs %(n)d more juror from another region.",
            "%(where)s needs %(n)d more jurors from other regions.",
            one.readers,
        )
    if cause == engine.BARRED:
        return ngettext(
            "%(where)s needs %(n)d more juror without a conflict of interest.",
            "%(where)s needs %(n)d more jurors without a conflict of interest.",
            one.readers,
        )
    return ngettext("%(where)s needs %(n)d more juror.", "%(where)s needs %(n)d more jurors.", one.readers)


def _name(code: str) -> str:
    """A language as the reader calls it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return languages.local_name(code)


def _groups(one: engine.Shortage) -> list[Group]:
    return cast(list[Group], list(one.groups))


def _languages(one: engine.Shortage) -> list[str]:
    return list(dict.fromkeys(language for _category, language in _groups(one)))


def _where(rules: RuleSet, one: engine.Shortage) -> str:
    """The categories of the entries, or the whole call."""
    keys = list(dict.fromkeys(category for category, _language in _groups(one) if category))
    names = [plain(found.name) for key in keys if (found := rules.category(key)) is not None]
    if not names or len(names) == len(rules.categories) > 1:
        return _("The call")
    return ngettext("Category %(names)s", "The categories %(names)s", len(names)) % {
        "names": _listed(_("“%(name)s”") % {"name": name} for name in names)
    }


def _listed(words: Iterable[Any]) -> str:
    return _(", ").join(str(one) for one in words)
