"""Rules as files: what is different between two, taken out, looked at, put in; nothing half written."""

import json
from dataclasses import replace
from datetime import timedelta

import jsonschema
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as settings_of

from summitry.calls import acts, exchange, rulesets
from summitry.calls.compare import Change, changes
from summitry.calls.models import Call
from summitry.calls.rules import Condition, RulesError, parse
from summitry.people.models import Role
from summitry.people.tests.factories import make_institution, make_user
from summitry.text.value import Text

from .factories import FIELDS, RULES, STAGES, T, make_world, open_world, rules
from .strategies import rule_sets


def to(name, world, *more):
    return reverse(f"calls:{name}", args=[world.call.slug, *more])


# -- what is different ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (rules(), []),
        (rules(blind=True), [Change("blind", False, True)]),
        (
            rules(title=T("Small call", fr="Autre appel", ar="نداء")),
            [Change("title.fr", "Petit appel", "Autre appel"), Change("title.ar", None, "نداء")],
        ),
        (
            rules(fields=(FIELDS[1], FIELDS[0], *FIELDS[2:])),
            [
                Change(
                    "fields",
                    [one.key for one in FIELDS],
                    [FIELDS[1].key, FIELDS[0].key, *(one.key for one in FIELDS[2:])],
                    moved=True,
                )
            ],
        ),
        (
            rules(fields=(replace(FIELDS[0], required=False), *FIELDS[1:])),
            [Change("fields.title.required", True, False)],
        ),
        (rules(stages=STAGES[1:]), [Change("stages.screening", RULES.to_json()["stages"][0], None)]),
        (
            rules(eligibility=(Condition("a", "jurors_barred"),)),
            [
                Change(
                    "eligibility.a",
                    None,
                    {"key": "a", "kind": "jurors_barred", "note": Text().to_json(), "options": {}},
                )
            ],
        ),
        (rules(languages=("en",)), [Change("languages", [], ["en"])]),
    ],
)
def test_what_is_different(found, expected):
    assert changes(RULES, found) == expected


def test_true_is_not_one_and_null_is_not_nothing():
    options = [rules(outcome_options={"a": value}) for value in (1, True, None)] + [rules()]
    for before in options:
        for after in options:
            found = [one.path for one in changes(before, after)]
            assert found == ([] if before is after else ["outcome_options.a"])


def test_the_state_of_a_translation_is_a_difference_too():
    reviewed = rules(title=T("Small call", fr="Petit appel").edited({"en": "Small call", "fr": "Appel"}))
    again = replace(reviewed, title=reviewed.title.reviewed("fr"))
    assert [one.path for one in changes(reviewed, again)] == ["title"]


@settings_of(max_examples=20, deadline=None)
@given(rule_sets(), rule_sets())
def test_there_is_a_difference_if_and_only_if_the_digests_differ(one, other):
    assert changes(one, one) == []
    assert (changes(one, other) == []) == (one.digest == other.digest)


# -- files ----------------------------------------------------------------------------------------


@settings_of(max_examples=20, deadline=None)
@given(rule_sets())
def test_a_file_is_read_back_as_it_was_written(found):
    written = exchange.write(found).encode()
    try:
        data = exchange.read(written)
    except ValidationError:
        assert b"\\u0000" in written
    else:
        assert parse(data) == found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is not JSON in UTF-8."),
        (b"{", "The file is not JSON in UTF-8."),
        (b"\xff\xfe", "The file is not JSON in UTF-8."),
        (b'{"a": NaN}', "The file is not JSON in UTF-8."),
        (b'{"a": "\\ud800"}', "The file is not JSON in UTF-8."),
        (b"[" * 100_000, "The file is not JSON in UTF-8."),
        (b'{"a": "\\u0000"}', "The file holds characters that cannot be stored."),
        (b" " * (exchange.LARGEST + 1), "The file is larger than 500 kB."),
    ],
    ids=range(8),
)
def test_files_that_are_none(content, message):
    with pytest.raises(ValidationError) as refused:
        exchange.read(content)
    assert refused.value.messages == [message]


def test_a_byte_order_mark_is_no_fault():
    assert exchange.read(b"\xef\xbb\xbf{}") == {}


# -- in the house ---------------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    make_institution()
    found = make_world()
    client.force_login(found.manager)
    return found


def put(client, world, data, **more):
    content = data if isinstance(data, bytes) else json.dumps(data).encode()
    return client.post(to("rules_upload", world), {"file": SimpleUploadedFile("r.json", content), **more})


def test_a_file_goes_out_and_in_again(client, world):
    answer = client.get(to("rules_file", world))
    assert answer["Content-Disposition"] == f'attachment; filename="{world.call.slug}-rules.json"'
    assert parse(json.loads(answer.content)) == world.call.rules
    page = put(client, world, answer.content)
    assert (page.status_code, page.context["rows"]) == (200, [])
    assert "says what the rules say already" in page.content.decode()


def test_a_look_writes_nothing_and_the_button_does(client, world):
    data = replace(world.call.rules, blind=True, title=T("From a file")).to_json()
    page = put(client, world, data)
    assert [str(row["place"]) for row in page.context["rows"]] == [
        "Title and terms › Title › English",
        "Title and terms › Title › Français",
        "Title and terms › Jurors do not see who applies",
    ]
    assert [(row["before"], row["after"]) for row in page.context["rows"]] == [
        ("Small call", "From a file"),
        ("Petit appel", ""),
        ("no", "yes"),
    ]
    assert world.fresh().version == 1
    form = {"content": page.context["content"], "version": "1", "do": "apply"}
    assert client.post(to("rules_upload", world), form)["Location"] == to("manage", world)
    assert world.fresh().rules == parse(data)
    stale = client.post(to("rules_upload", world), form)
    assert stale.status_code == 422
    assert "Somebody else has changed this" in stale.content.decode()
    assert world.fresh().version == 2


def test_every_problem_is_listed_with_its_path_and_nothing_is_written(client, world):
    data = world.call.rules.to_json()
    data["fields"][0]["kind"] = "moon"
    data["stages"][1]["options"] = {"per_entry": "two"}
    data["eligibility"] = [{"key": "a b", "kind": "zodiac"}]
    for more in ({}, {"do": "apply", "version": "1"}):
        page = put(client, world, data, **more)
        assert page.status_code == 422
        assert [one.path for one in page.context["look"].refused] == [
            "eligibility.a b.kind",
            "fields.title.kind",
            "stages.jury.options.per_entry",
            "eligibility.a b",
        ]
        assert "Put these rules in place" not in page.content.decode()
    unread = put(client, world, {"fields": 3, "moon": 1})
    assert [one.path for one in unread.context["look"].refused] == ["moon", "fields"]
    assert (world.fresh().version, world.call.rules) == (1, as_made(world))


def as_made(world):
    return replace(RULES, opens_at=world.call.opens_at, closes_at=world.call.closes_at)


def test_contradictions_are_listed_and_may_be_put_in_a_draft(client, world):
    found = replace(world.call.rules, stages=(), closes_at=timezone.now() - timedelta(hours=1))
    page = put(client, world, found.to_json())
    assert page.status_code == 200
    assert {one.path for one in page.context["look"].open} == {"stages", "closes_at"}
    form = {"content": page.context["content"], "version": "1", "do": "apply"}
    client.post(to("rules_upload", world), form)
    assert world.fresh().rules.stages == ()
    with pytest.raises(RulesError):
        acts.open_call(world.manager, world.call)


def test_what_the_columns_refuse_is_told_before(client, world):
    backwards = replace(world.call.rules, closes_at=world.call.opens_at - timedelta(days=1))
    page = put(client, world, backwards.to_json())
    assert [(one.path, one.message) for one in page.context["look"].refused] == [
        ("", "The call closes before it opens.")
    ]
    long = replace(world.call.rules, title=T("x" * 201))
    assert [one.path for one in put(client, world, long.to_json()).context["look"].refused] == ["title"]
    floats = world.call.rules.to_json() | {"outcome_options": {"a": 1.5}}
    assert put(client, world, floats).status_code == 422
    assert world.fresh().version == 1


def test_a_file_that_is_too_large_or_missing(client, world):
    answer = put(client, world, b" " * (exchange.LARGEST + 1))
    assert answer.status_code == 422
    assert "larger than 500 kB" in answer.content.decode()
    assert client.post(to("rules_upload", world), {}).status_code == 422
    assert put(client, world, b"no json").status_code == 422


@pytest.mark.parametrize("name", ["rules_file", "rules_upload"])
def test_files_are_the_managers_alone(client, name):
    make_institution()
    world = make_world()
    assert client.get(to(name, world)).status_code == 302
    for user in (world.screener, world.jurors[0], world.chair, make_user()):
        client.force_login(user)
        assert client.get(to(name, world)).status_code in {403, 404}
        assert put(client, world, RULES.to_json()).status_code in {403, 404}
    assert world.fresh().version == 1


def test_an_open_call_gives_its_rules_and_takes_none(client):
    make_institution()
    world = open_world()
    client.force_login(world.manager)
    assert parse(json.loads(client.get(to("rules_file", world)).content)) == world.call.rules
    assert client.get(to("rules_upload", world)).status_code == 404
    assert put(client, world, RULES.to_json(), do="apply").status_code == 404
    assert "rules.json/upload" not in client.get(to("manage", world)).content.decode()


def test_acts_refuse_what_no_editor_could_show():
    secretariat = make_user(Role.SECRETARIAT)
    with pytest.raises(RulesError) as refused:
        acts.create_call(secretariat, slug="x", rules=rules(eligibility=(Condition("a", "zodiac"),)))
    assert [one.path for one in refused.value.problems] == ["eligibility.a.kind"]
    assert not Call.objects.exists()


def test_the_schema_is_public_and_under_its_own_address(client):
    address = reverse("calls-rules-schema")
    assert address == "/calls/rules.schema.json"
    answer = client.get(address)
    assert answer["Content-Type"] == "application/schema+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    found = answer.json()
    assert found["$id"] == settings.BASE_URL + address
    jsonschema.Draft202012Validator.check_schema(found)
    for name in rulesets.names():
        assert jsonschema.Draft202012Validator(found).is_valid(rulesets.load(name).to_json())
