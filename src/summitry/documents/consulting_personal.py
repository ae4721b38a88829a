"""What consultations keep about a person: to take away, to forget, to move with her."""

from typing import Any

from summitry.people.models import Person
from summitry.people.shapes import TEXT, rows, thing

from .models import Amendment, Comment, Report, Support

_STRING, _NUMBER = {"type": "string"}, {"type": "integer"}


_SAID = {
    "document": _STRING,
    "version": _NUMBER,
    "number": _NUMBER,
    "provision": _STRING,
    "for": {"type": ["string", "null"]},
    "at": _STRING,
    "state": _STRING,
    "words": TEXT,
}
SCHEMA = thing(
    comments=rows(**_SAID, quote=_STRING),
    amendments=rows(**_SAID, change=_STRING, language=_STRING, proposed=_STRING),
    supports=rows(document=_STRING, version=_NUMBER, number=_NUMBER, at=_STRING),
    reports=rows(document=_STRING, version=_NUMBER, number=_NUMBER, at=_STRING, words=_STRING),
)


def _said(one: Comment | Amendment) -> dict[str, Any]:
    return {
        "document": one.version.document.slug,
        "version": one.version.number,
        "number": one.number,
        "provision": one.anchor,
        "for": one.organisation.slug if one.organisation else None,
        "at": one.made_at.isoformat(),
        "state": one.state,
        "words": one.text.values,
    }


def give(user: Any) -> dict[str, Any]:
    """What she said, supported and reported. Four queries."""
    own = {"person__user": user}
    place = ("version__document", "organisation")
    return {
        "comments": [
            {**_said(one), "quote": one.quote}
            for one in Comment.objects.filter(**own).select_related(*place).order_by("pk")
        ],
        "amendments": [
            {**_said(one), "change": one.change, "language": one.language, "proposed": one.words}
            for one in Amendment.objects.filter(**own).select_related(*place).order_by("pk")
        ],
        "supports": [
            {
                "document": one.amendment.version.document.slug,
                "version": one.amendment.version.number,
                "number": one.amendment.number,
                "at": one.made_at.isoformat(),
            }
            for one in Support.objects.filter(**own).select_related("amendment__version__document")
        ],
        "reports": [
            {
                "document": one.version.document.slug,
                "version": one.version.number,
                "number": one.number,
                "at": one.made_at.isoformat(),
                "words": one.words,
            }
            for one in Report.objects.filter(**own).select_related("version__document")
        ],
    }


def forget(user: Any, person: Any) -> None:
    """What was said in public stays, without a name; the words of her reports go. Who wants her words gone
    withdraws her comments before."""
    for report in Report.objects.select_for_update().filter(person=person):
        report.person, report.words = None, ""
        report.save(update_fields=["person", "words"])


def move(gone: Person, kept: Person) -> None:
    """What one entry said, the other has said. Of two supports of the same amendment one stays."""
    for model in (Comment, Amendment, Report):
        model._default_manager.filter(person=gone).update(person=kept)
    for support in Support.objects.select_for_update().filter(person=gone):
        twice = support.organisation_id is None and Support.objects.filter(
            amendment=support.amendment_id, person=kept, organisation=None
        )
        if twice and twice.exists():
            support.delete()
        else:
            support.person = kept
            support.save(update_fields=["person"])
