"""Who has not been heard, as far as it is known: told of accounts, by kind of organisation and by region."""

from typing import Any

from django.db.models import Count, Q

from summitry.people import countries, kinds
from summitry.people.models import Affiliation

from .models import Conversation

FEW = 5  # people: fewer are told as "fewer than five"


def of(conversation: Conversation) -> dict[str, Any]:
    """How many took part with an account, without one, or were taken in; of the accounts, from which kinds
    of organisations and which regions (M.49) nobody is known, and from which only few. Two queries."""
    heard = conversation.participants.filter(votes__isnull=False)
    counted = heard.aggregate(
        accounts=Count("pk", distinct=True, filter=Q(user__isnull=False)),
        taken_in=Count("pk", distinct=True, filter=Q(number__isnull=False)),
        everybody=Count("pk", distinct=True),
    )
    people: dict[str, set[int]] = {}
    places: dict[str, set[int]] = {}
    belonging = Affiliation.objects.filter(
        until__isnull=True,
        organisation__confirmed=True,
        person__user__opinion_voices__conversation=conversation,
        person__user__opinion_voices__votes__isnull=False,
    )
    if counted["accounts"]:
        rows = belonging.values_list("person", "organisation__kind", "organisation__country").distinct()
        for person, kind, country in rows:
            people.setdefault(kind, set()).add(person)
            places.setdefault(countries.region_of(country), set()).add(person)
    regions = [region.code for region in countries.regions()]
    return {
        "accounts": counted["accounts"],
        "taken_in": counted["taken_in"],
        "unknown": counted["everybody"] - counted["accounts"] - counted["taken_in"],
        "no_kinds": [kind for kind in kinds.KINDS if kind not in people],
        "few_kinds": [kind for kind in kinds.KINDS if 0 < len(people.get(kind, ())) < FEW],
        "no_regions": [code for code in regions if code not in places],
        "few_regions": [code for code in regions if 0 < len(places.get(code, ())) < FEW],
    }
