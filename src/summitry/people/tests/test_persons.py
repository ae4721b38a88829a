from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from summitry.people import acts, queries
from summitry.people.models import Affiliation, Institution, Organisation, Person, User
from summitry.people.tests.factories import make_institution, make_organisation, make_person, make_user
from summitry.record.act import Stale
from summitry.record.models import Entry
from summitry.text.value import Text

pytestmark = pytest.mark.django_db


def test_every_account_has_a_person():
    user = User.objects.create_user("New@Example.org", "x")
    assert user.email == "new@example.org"
    assert queries.person_of(user).user == user
    assert Person.objects.count() == 1
    user.save()
    assert Person.objects.count() == 1


def test_the_person_of_an_account_is_made_once():
    user = make_user(name="Amina")
    assert acts.ensure_person(Text.of("Other"), user=user) == user.person
    user.person.refresh_from_db()
    assert str(user.person.name) == "Amina"


def test_an_import_brings_a_person_up_to_date_until_she_has_an_account():
    first = acts.ensure_person(Text.of("A. Author"), external_id="frab:7", biography=Text.of("Old"))
    again = acts.ensure_person(Text.of("Ada Author"), external_id="frab:7")
    assert (again, str(again.name), str(again.biography)) == (first, "Ada Author", "Old")
    assert (again.slug, again.version) == ("a-author", 2)


def test_an_import_leaves_a_person_with_an_account_alone():
    user = make_user(name="Ada")
    Person.objects.filter(pk=user.person.pk).update(external_id="frab:7")
    same = acts.ensure_person(Text.of("Somebody else"), external_id="frab:7")
    assert (same, str(same.name)) == (user.person, "Ada")


def test_a_profile_is_changed_by_its_owner():
    user = make_user()
    changed = acts.update_profile(
        user,
        user.person,
        1,
        name=Text.of("Zoë"),
        biography=Text.of("Works."),
        country="FR",
        languages=["fr", "en", "fr"],
    )
    assert (str(changed.name), changed.country, changed.languages, changed.version) == (
        "Zoë",
        "FR",
        ["fr", "en"],
        2,
    )
    with pytest.raises(Stale):
        acts.update_profile(user, user.person, 1, country="DE")
    assert Entry.objects.count() == 0  # nothing of a person is public record


def test_a_profile_is_not_changed_by_others():
    user = make_user(name="Mine")
    for actor in (make_user(), make_user("secretariat"), make_user("auditor")):
        with pytest.raises(PermissionDenied, match=r"people\.edit_profile"):
            acts.update_profile(actor, user.person, 1, name=Text.of("Yours"))
        with pytest.raises(PermissionDenied):
            acts.add_affiliation(actor, user.person, organisation=make_organisation())
    user.person.refresh_from_db()
    assert (str(user.person.name), Affiliation.objects.count()) == ("Mine", 0)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", Text()), ("name", Text.of("x" * 301)), ("country", "ZZ"), ("languages", ["tlh"])],
)
def test_a_bad_profile_names_its_field(field, value):
    user = make_user()
    with pytest.raises(ValidationError) as refused:
        acts.update_profile(user, user.person, 1, **{field: value})
    assert list(refused.value.error_dict) == [field]


def test_preferences():
    user = make_user()
    acts.prefer(user, language="ar", time_zone="Asia/Shanghai")
    user.refresh_from_db()
    assert (user.language, user.time_zone) == ("ar", "Asia/Shanghai")
    for given, field in (({"language": "tlh"}, "language"), ({"time_zone": "Mars/Base"}, "time_zone")):
        with pytest.raises(ValidationError) as refused:
            acts.prefer(user, **{"language": "", "time_zone": "", **given})
        assert list(refused.value.error_dict) == [field]
    user.refresh_from_db()
    assert user.language == "ar"


def test_affiliations_to_known_and_new_organisations():
    user, forum = make_user(), make_organisation("Forum")
    one = acts.add_affiliation(
        user, user.person, organisation=forum, since=date(2024, 1, 1), title=Text.of("Chair")
    )
    same = acts.add_affiliation(
        user, user.person, organisation=forum, since=date(2024, 1, 1), title=Text.of("Chair")
    )
    assert one == same
    new = acts.add_affiliation(user, user.person, organisation_name=Text.of("Village Network"))
    assert (new.organisation.slug, new.organisation.confirmed) == ("village-network", False)
    again = acts.add_affiliation(
        user, user.person, organisation_name=Text.of("forum"), until=date(2020, 1, 1)
    )
    assert again.organisation == forum
    assert [one.pk for one in queries.affiliations_of(user.person)] == [one.pk, new.pk, again.pk]
    acts.change_affiliation(user, one, title=Text.of("Member"), since=None, until=None)
    acts.remove_affiliation(user, new)
    acts.remove_affiliation(user, new)
    assert [str(one.title) for one in queries.affiliations_of(user.person)] == ["Member", ""]


def test_bad_affiliations():
    user, forum = make_user(), make_organisation()
    with pytest.raises(ValidationError) as refused:
        acts.add_affiliation(user, user.person)
    assert list(refused.value.error_dict) == ["organisation"]
    dates = {"since": date(2024, 1, 2), "until": date(2024, 1, 1)}
    with pytest.raises(ValidationError) as refused:
        acts.add_affiliation(user, user.person, organisation=forum, **dates)
    assert list(refused.value.error_dict) == ["until"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Affiliation.objects.create(person=user.person, organisation=forum, **dates)
    for n in range(30):
        acts.add_affiliation(user, user.person, organisation=forum, title=Text.of(f"Title {n}"))
    with pytest.raises(ValidationError, match="At most 30"):
        acts.add_affiliation(user, user.person, organisation=forum)


def test_organisations_to_choose_hold_none_that_others_have_named():
    user, other = make_user(), make_user()
    make_organisation("Public Forum")
    acts.add_affiliation(other, other.person, organisation_name=Text.of("Secret Forum"))
    acts.add_affiliation(user, user.person, organisation_name=Text.of("My Forum"))
    assert [str(one) for one in queries.organisations_to_choose(user.person)] == ["My Forum", "Public Forum"]
    assert [str(one) for one in queries.organisations_to_choose(user.person, "PUBLIC")] == ["Public Forum"]
    assert Organisation.objects.count() == 3


def test_the_institution_describes_itself():
    made = acts.update_institution(
        None, name=Text.of("Institute"), contact="desk@example.org", time_zone="Asia/Shanghai"
    )
    assert queries.institution() == made
    assert list(Entry.objects.values_list("kind", flat=True)) == ["people.institution_described"]
    acts.update_institution(make_user("secretariat"), name=Text.of("Institute"))
    assert Entry.objects.count() == 1
    with pytest.raises(PermissionDenied):
        acts.update_institution(make_user("auditor"), name=Text.of("Mine"))
    with pytest.raises(ValidationError):
        acts.update_institution(None, time_zone="Mars/Base")
    with pytest.raises(IntegrityError), transaction.atomic():
        Institution.objects.create(pk=2, name=Text.of("Second"))


def test_before_there_is_an_institution():
    assert str(queries.institution()) == "Summitry"
    make_institution()
    assert str(queries.institution()) == "Test Institute"


def test_factories_make_what_they_say():
    person = make_person("王小明", country="CN")
    assert (str(person), person.user) == ("王小明", None)
