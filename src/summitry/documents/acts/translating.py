"""What translators do: to drafts, and to what is published, whose source stays as it is."""

from collections.abc import Callable, Iterable, Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry import kept
from summitry.people.models import Role, User
from summitry.record.act import Stale, act, require
from summitry.text import languages
from summitry.text.value import Text

from ..models import LONGEST, Provision, Version
from .common import lock, told
from .storing import line

ROLES = (Role.TRANSLATOR, Role.SECRETARIAT)


def _open(actor: User | None, version: Version, language: str) -> Version:
    """The version, locked, if this language of it may be written. Raises PermissionDenied;
    ValidationError."""
    if actor is not None:
        require(actor, "documents.translate", version)
    version = lock(version)
    document = version.document
    if language not in document.languages:
        raise ValidationError(_("The document has no language “%(code)s”.") % {"code": language[:20]})
    named = {"language": languages.local_name(language)}
    if language == document.source:
        raise ValidationError(
            _("%(language)s is the source of this document, and no translation.") % named, code="source"
        )
    if version.adopted_at and language in document.authentic:
        raise ValidationError(
            _("The text is adopted, and %(language)s is authentic: its words stay as they are.") % named,
            code="authentic",
        )
    return version


def _change(
    actor: User | None,
    version: Version,
    language: str,
    anchors: Iterable[str],
    seen: Mapping[str, str] | None,
    kind: str,
    change: Callable[[Provision], Text],
) -> int:
    """Changes the texts of provisions, and says so in the record if they are published. How many changed."""
    wanted = list(anchors)
    rows = {row.anchor: row for row in version.provisions.filter(anchor__in=wanted)}
    if missing := [anchor for anchor in wanted if anchor not in rows]:
        raise ValidationError(
            _("There is no provision %(anchor)s in this version.") % {"anchor": missing[0][:20]}
        )
    if late := [one for one in wanted if seen and rows[one].mark_in(language) != seen.get(one)]:
        raise Stale(
            _(
                "Somebody else has changed %(provisions)s in the meantime. "
                "Nothing of yours was saved; compare, and repeat what is still needed."
            ),
            params={"provisions": ", ".join(f"¶{anchor.removeprefix('p')}" for anchor in late)},
        )
    changed = []
    for row in rows.values():
        text = change(row)
        if text != row.text:
            row.text = text
            changed.append(row)
    if not changed:
        return 0
    with kept.only(*([f"text:{version.pk}"] if version.is_public else [])):
        Provision.objects.bulk_update(changed, ["text"], batch_size=100)
    if version.is_public:
        told(version, kind, actor, *ROLES, language=languages.bcp47(language), provisions=len(changed))
    return len(changed)


@act
def translate(
    actor: User | None,
    version: Version,
    language: str,
    words: Mapping[str, str],
    seen: Mapping[str, str] | None = None,
) -> int:
    """Writes translations, {anchor: words}; empty words take one away. What is new or changed is a draft of
    the source as it stands until somebody reviews it. seen: {anchor: `Provision.mark_in(language)`} of each
    as the translator saw it. How many changed.

    Raises PermissionDenied; Stale that names provisions; ValidationError.
    """
    version = _open(actor, version, language)
    tidy = {anchor: line(said) for anchor, said in words.items()}
    for anchor, said in tidy.items():
        if len(said) > LONGEST:
            raise ValidationError(
                {
                    anchor: _("At most %(most)d characters, this has %(count)d.")
                    % {"most": LONGEST, "count": len(said)}
                }
            )
    return _change(
        actor,
        version,
        language,
        tidy,
        seen,
        "translated",
        lambda row: row.text.edited({**row.text.values, language: tidy[row.anchor]}),
    )


@act
def review_translation(
    actor: User | None,
    version: Version,
    language: str,
    anchors: Iterable[str],
    seen: Mapping[str, str] | None = None,
) -> int:
    """Confirms that translations say what the source says now. How many were not confirmed before.

    Raises PermissionDenied; Stale; ValidationError if one is missing.
    """
    version = _open(actor, version, language)

    def confirmed(row: Provision) -> Text:
        try:
            return row.text.reviewed(language)
        except KeyError:
            raise ValidationError(
                _("¶%(number)s has not been translated yet.") % {"number": row.anchor.removeprefix("p")}
            ) from None

    return _change(actor, version, language, list(anchors), seen, "reviewed", confirmed)


@act
def translate_and_review(
    actor: User | None,
    version: Version,
    language: str,
    words: Mapping[str, str],
    reviewed: Iterable[str],
    seen: Mapping[str, str] | None = None,
) -> tuple[int, int]:
    """Writes translations and confirms some of them at once. How many changed, how many were confirmed.

    Raises PermissionDenied; Stale; ValidationError.
    """
    changed = translate(actor, version, language, words, seen)
    return changed, review_translation(actor, version, language, reviewed)
