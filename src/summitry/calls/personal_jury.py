"""What a juror said of herself for a call: given to her, and deleted with the rest."""

from typing import Any

from summitry.people.models import Person, User
from summitry.people.shapes import WORD, WORDS, rows

from .models import JurorProfile

PARTS = {
    "juror_profiles": rows(
        call=WORD,
        topics=WORDS,
        languages=WORDS,
        region={"type": "string", "description": "The code of a region of UN M.49, or empty."},
        most={"type": ["integer", "null"]},
        statement=WORD,
    )
}


def give(user: User) -> dict[str, Any]:
    """One query."""
    found = JurorProfile.objects.filter(person__user=user).select_related("call").order_by("pk")
    return {
        "juror_profiles": [
            {
                "call": one.call.slug,
                "topics": one.topics,
                "languages": one.languages,
                "region": one.region,
                "most": one.most,
                "statement": one.statement,
            }
            for one in found
        ]
    }


def forget(person: Person) -> None:
    JurorProfile.objects.filter(person=person).delete()
