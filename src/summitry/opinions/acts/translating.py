"""What a participant said in her language is given in others."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from summitry.people import checks
from summitry.people.models import User
from summitry.record.act import Stale, act, require

from ..models import LONGEST_IMPORTED, Statement


@act
def translate_statement(
    actor: User, statement: Statement, language: str, words: str, *, seen: str | None = None
) -> Statement:
    """Gives a statement in another language; without words its translation is taken back. What its author
    wrote stays as it is. seen: the translation as it stood when it was asked for. Nothing enters the record.

    Raises PermissionDenied; Stale; ValidationError by field, and for a statement that was removed.
    """
    require(actor, "opinions.translate", statement)
    found = Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    if found.state == Statement.State.REMOVED:
        raise ValidationError(_("This statement was removed: it is not translated."), code="state")
    if language not in settings.CONTENT_LANGUAGES or language == found.text.source:
        raise ValidationError({"language": _("Choose another language than that of the statement.")})
    stands, line = found.text.get(language), checks.tidy(words)
    if seen is not None and seen != stands:
        raise Stale
    if len(line) > LONGEST_IMPORTED:
        raise ValidationError(
            {
                "words": _("At most %(most)d characters, this has %(count)d.")
                % {"most": LONGEST_IMPORTED, "count": len(line)}
            }
        )
    if line == stands and found.text.state(language) in {"reviewed", None}:
        return found
    found.text = found.text.edited({**found.text.values, language: line})
    if line:
        found.text = found.text.reviewed(language)
    found.save(update_fields=["text"])
    return found
