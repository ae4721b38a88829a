"""Public faces of what the record tells of people, for those who compare it with the database."""

from collections.abc import Iterable, Mapping
from typing import Any

from .models import Institution, Mandate, Organisation


def of_mandates(keys: list[str]) -> Mapping[str, Any]:
    wanted = [int(key) for key in keys if key.isdecimal() and len(key) < 19]
    return {str(one.pk): one.public() for one in Mandate.objects.filter(pk__in=wanted)}


def mandates() -> Iterable[str]:
    return (str(pk) for pk in Mandate.objects.values_list("pk", flat=True))


def of_organisations(keys: list[str]) -> Mapping[str, Any]:
    return {one.slug: one.public() for one in Organisation.objects.filter(slug__in=keys, confirmed=True)}


def organisations() -> Iterable[str]:
    return Organisation.objects.filter(confirmed=True).values_list("slug", flat=True)


def of_institution(keys: list[str]) -> Mapping[str, Any]:
    return {str(one.pk): one.public() for one in Institution.objects.filter(pk=1) if "1" in keys}


def institution() -> Iterable[str]:
    return ["1"] if Institution.objects.filter(pk=1).exists() else []
