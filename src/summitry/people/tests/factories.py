"""People for tests, made without acts: no entry in the record, no mail."""

from itertools import count
from typing import Any

from allauth.account.models import EmailAddress

from summitry.people.models import INSTITUTION, Institution, Mandate, Organisation, Person, User
from summitry.people.slugs import free_slug
from summitry.text.value import Text

_number = count(1)
PASSWORD = "a long enough password"


def make_institution(**fields: Any) -> Institution:
    found = Institution.objects.filter(pk=1).first() or Institution(pk=1)
    for field, value in {"name": Text.of("Test Institute", zh_hans="测试研究所"), **fields}.items():
        setattr(found, field, value)
    found.save()
    return found


def make_person(name: Text | str | None = None, **fields: Any) -> Person:
    n = next(_number)
    words = name if isinstance(name, Text) else Text.of(name or f"Person {n}")
    return Person.objects.create(
        name=words, slug=fields.pop("slug", None) or free_slug(Person, words), **fields
    )


def make_user(
    role: str | None = None,
    scope: str = INSTITUTION,
    email: str | None = None,
    *,
    name: Text | str | None = None,
    password: str | None = PASSWORD,
    verified: bool = True,
    label: Text | None = None,
    **fields: Any,
) -> User:
    """An account with its person and, if a role is given, a mandate in force; its address is confirmed."""
    n = next(_number)
    user = User.objects.create_user(email or f"user{n}@example.org", password, **fields)
    words = name if isinstance(name, Text) else Text.of(name or f"Person {n}")
    person, _made = Person.objects.get_or_create(
        user=user, defaults={"name": words, "slug": f"person-{n}-{user.pk}"}
    )
    if person.name != words:
        person.name, person.slug = words, free_slug(Person, words)
        person.save()
    user.person = person
    EmailAddress.objects.create(user=user, email=user.email, verified=verified, primary=True)
    if role:
        make_mandate(person, role, scope, label=label)
    return user


def make_mandate(person: Person | User, role: str, scope: str = INSTITUTION, **fields: Any) -> Mandate:
    """A mandate in force; `since`, `until` and `label` may be given."""
    holder = person.person if isinstance(person, User) else person
    if isinstance(person, User):
        person.__dict__.pop("roles", None)
    if fields.get("label") is None:
        fields.pop("label", None)
    return Mandate.objects.create(person=holder, role=role, scope=scope, **fields)


def make_organisation(name: Text | str | None = None, **fields: Any) -> Organisation:
    n = next(_number)
    words = name if isinstance(name, Text) else Text.of(name or f"Organisation {n}")
    slug = fields.pop("slug", None) or free_slug(Organisation, words)
    return Organisation.objects.create(name=words, slug=slug, **{"confirmed": True, **fields})
