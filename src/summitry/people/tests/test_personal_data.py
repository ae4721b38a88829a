import json
from datetime import date

import jsonschema
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from summitry.people import acts, erasure, export, faces
from summitry.people.models import Invitation, Mandate, Person, User, scope_of
from summitry.people.tests.factories import (
    PASSWORD,
    make_institution,
    make_mandate,
    make_organisation,
    make_user,
)
from summitry.people.tests.letters import posted
from summitry.record.models import Entry, Opening
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def somebody():
    """A user with everything that can be known of her, and another one whose data could leak."""
    user = make_user(
        "secretariat", email="amina@example.org", name=Text.of("Amina", ar="أمينة"), language="ar"
    )
    other = make_user("secretariat", email="other@example.org", name="Otto Other")
    for one in (user, other):
        acts.add_affiliation(
            one, one.person, organisation_name=Text.of(f"Body of {one.email[:5]}"), since=date(2024, 1, 1)
        )
    acts.invite(other, "amina@example.org", "juror")
    acts.invite(user, "other@example.org", "screener")
    return user, other


def test_the_export_holds_all_of_ones_own_and_nothing_of_others(client):
    user, _other = somebody()
    client.force_login(user)
    answer = client.get(reverse("people:export"))
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].startswith('attachment; filename="my-data-')
    text = b"".join(answer.streaming_content).decode()
    data = json.loads(text)
    jsonschema.validate(data, data["schema"], cls=jsonschema.Draft202012Validator)
    mine = data["sections"]["people"]
    assert mine["account"]["email"] == "amina@example.org"
    assert mine["profile"]["name"] == {"ar": "أمينة", "en": "Amina"}
    assert [one["organisation"] for one in mine["affiliations"]] == [{"en": "Body of amina"}]
    assert [(one["role"], one["until"]) for one in mine["mandates"]] == [("secretariat", None)]
    assert [(one["role"], one["state"]) for one in mine["invitations"]] == [("juror", "open")]
    for foreign in ("other@example.org", "Otto", "Body of other", "screener"):
        assert foreign not in text
    assert "password" not in text


def test_the_schema_is_declared_and_strict():
    declared = export.schema()
    jsonschema.Draft202012Validator.check_schema(declared)
    people = declared["properties"]["sections"]["properties"]["people"]
    assert people["additionalProperties"] is False


def test_other_apps_add_sections(monkeypatch, client):
    monkeypatch.setattr(export, "_sections", dict(export._sections))
    export.register("zoo", lambda user: {"animals": [user.email]}, {"type": "object"})
    user = make_user()
    data = json.loads("".join(export.stream(user)))
    assert list(data["sections"]) == sorted(data["sections"])
    assert data["sections"]["zoo"] == {"animals": [user.email]}


def test_a_visitor_gets_no_data(client):
    assert client.get(reverse("people:export")).status_code == 302


def test_erasing_takes_everything_personal(django_capture_on_commit_callbacks):
    make_institution()
    user, other = somebody()
    mandate = acts.grant(other, user.person, "auditor", label=Text.of("Auditor 1"))
    Authenticator.objects.create(user=user, type="totp", data={})
    acts.update_organisation(user, make_organisation("Forum"), 1, country="FR")
    before = {entry.index: bytes(entry.body) for entry in Entry.objects.all()}
    assert Opening.objects.filter(name="person").count() == 1
    assert f'"{user.uid}"' in [bytes(one.value).decode() for one in Opening.objects.filter(name="actor")]
    uid, person_uid = str(user.uid), str(user.person.uid)
    with posted(django_capture_on_commit_callbacks) as letters:
        person = acts.erase(user)

    assert (person.user, person.country, person.languages, person.biography) == (None, "", [], Text())
    assert str(person.name) == "Person whose data were erased"
    assert set(person.name.values) == {code for code, _name in settings.LANGUAGES}
    assert person.affiliations.count() == 0
    mandate.refresh_from_db()
    assert not mandate.in_force
    assert str(mandate.label) == "Auditor 1"
    shell = User.objects.get(pk=user.pk)
    assert (shell.is_active, shell.has_usable_password(), shell.language) == (False, False, "")
    assert shell.email.endswith("@erased.invalid")
    assert Invitation.objects.filter(email="amina@example.org").count() == 0
    assert EmailAddress.objects.filter(user=user).count() == 0
    assert Authenticator.objects.count() == 0
    kept = "".join(
        str(row) for model in (User, Person, Invitation, Mandate) for row in model.objects.values_list()
    )
    for trace in ("amina@example.org", "Amina", "أمينة", uid, person_uid):
        assert trace not in kept
    assert "other@example.org" in kept
    # the record stands as it was, and nothing opens its commitments to her
    assert all(bytes(Entry.objects.get(index=index).body) == body for index, body in before.items())
    values = [bytes(value).decode() for value in Opening.objects.values_list("value", flat=True)]
    assert not any(uid in value or person_uid in value for value in values)
    assert (
        list(Entry.objects.order_by("-index").values_list("kind", flat=True)[:2])
        == ["people.mandate_ended"] * 2
    )
    assert [letter.to for letter in letters] == [["amina@example.org"]]
    assert faces.of_mandates([str(mandate.pk)])[str(mandate.pk)]["role"] == "auditor"
    assert scope_of(mandate) == f"people.mandate:{mandate.pk}"


def test_the_last_of_the_secretariat_hands_over_first(client):
    make_institution()
    only = make_user("secretariat")
    make_mandate(only, "auditor")
    with pytest.raises(ValidationError, match="last mandate of the secretariat"):
        acts.erase(only)
    assert User.objects.get(pk=only.pk).email == only.email
    assert only.person.mandates.in_force().count() == 2
    assert Entry.objects.count() == 0


def test_other_apps_forget_too_and_may_refuse(monkeypatch):
    monkeypatch.setattr(erasure, "_erasers", {})
    forgotten = []
    erasure.register("zoo", lambda user, person: forgotten.append((user.email, str(person))))
    user = make_user(email="a@example.org", name="Amina")
    acts.erase(user)
    assert forgotten == [("a@example.org", "Amina")]

    def refuse(user, person):
        raise ValidationError("Withdraw your ballot first.")

    erasure.register("ballots", refuse)
    other = make_user(email="b@example.org")
    with pytest.raises(ValidationError, match="ballot first"):
        acts.erase(other)
    assert User.objects.get(pk=other.pk).email == "b@example.org"


def test_the_page_asks_for_the_password_and_for_the_tick(client):
    make_institution()
    user = make_user(email="amina@example.org")
    client.force_login(user)
    url = reverse("people:erase")
    asked = client.get(url)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert client.post(asked["Location"], {"password": PASSWORD, "next": url})["Location"] == url
    answer = client.post(url, {})
    assert answer.status_code == 422
    assert "Tick the box if you are sure." in answer.text
    answer = client.post(url, {"sure": "on"})
    assert answer["Location"] == reverse("site:home")
    assert "_auth_user_id" not in client.session
    assert User.objects.filter(email="amina@example.org").count() == 0
    answer = client.post(reverse("account_login"), {"login": "amina@example.org", "password": PASSWORD})
    assert answer.status_code == 200  # no such account any more


def test_erasing_again_is_refused_by_permission():
    user = make_user()
    acts.erase(user)
    with pytest.raises(Person.DoesNotExist):
        acts.erase(User.objects.get(pk=user.pk))
