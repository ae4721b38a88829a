"""What calls keep about a person: given to her alone, and forgotten without breaking a verdict."""

import json
from pathlib import Path

import jsonschema
import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from summitry.calls import acts, forgetting, personal, verdicts
from summitry.calls.acts import Choice
from summitry.calls.fields import kind
from summitry.calls.models import (
    Assessment,
    Assignment,
    CoApplicant,
    Conflict,
    Decision,
    Screening,
    Submission,
    Upload,
)
from summitry.calls.queries import juror_labels
from summitry.calls.rules import Field
from summitry.people import acts as people
from summitry.people import erasure, export
from summitry.people.models import Person, scope_of
from summitry.people.tests.factories import make_user
from summitry.record import registry, sources
from summitry.record.export import export as write
from summitry.record.keys import signer
from summitry.record.models import Entry, Opening
from summitry.record.queries import changed_faces
from summitry.record.verify import verify
from summitry.text.value import Text

from .factories import FIELDS, T, close, judged, make_draft, make_sent, mark, open_world, screen_all

pytestmark = pytest.mark.django_db

GOLD, NO = Choice("accepted", "gold"), Choice("rejected", standard="weaker")
NOBODY = "Person whose data were erased"
PEOPLE = Field("speakers", "persons", T("Speakers"), role="speakers")
EMPTY = {
    "submissions": [],
    "co_applications": [],
    "assignments": [],
    "assessments": [],
    "comparisons": [],
    "rankings": [],
    "votes": [],
    "votes_set_aside": [],
    "screenings": [],
    "decisions": [],
    "supplements": [],
    "merger_answers": [],
    "merger_proposals": [],
    "objections": [],
    "objection_replies": [],
    "objection_answers": [],
    "appeals": [],
    "appeal_answers": [],
    "owed": [],
    "revisions": [],
    "conflicts": [],
    "conflicts_found": [],
    "conflicts_lifted": [],
    "juror_profiles": [],
}


def paper(name="a.txt", content=b"words"):
    return SimpleUploadedFile(name, content)


def give(user):
    found = personal.give(user)
    jsonschema.validate(found, personal.SCHEMA, cls=jsonschema.Draft202012Validator)
    return json.loads(json.dumps(found))


def amina(**options):
    return make_user(email="amina@example.org", name=T("Amina Diallo", ar="أمينة ديالو"), **options)


def sent_with_all(world, user):
    """Sent, with a public and a private file and a private note; and since then changed."""
    draft = make_draft(
        world,
        user,
        summary="Amina Diallo counts the boats.",
        note="My telephone is 555-0100.",
        contact="amina@example.org",
    )
    acts.upload(user, draft, "papers", paper("amina_diallo.txt"))
    acts.upload(user, draft, "letters", paper("letter.txt", b"other words"))
    sent = acts.submit(user, Submission.objects.get(pk=draft.pk))
    return acts.save_draft(user, sent, {"note": "My new telephone is 555-0199."})


def decide(world, *choices):
    sheet = {entry.pk: choice for entry, choice in zip(world.submissions, choices, strict=True)}
    call = acts.decide(world.chair, world.fresh(), sheet, world.call.sheet)
    return acts.seal_verdict(world.chair, call, call.sheet)


def broken_faces():
    """Faces of calls that are not as the record says; the factories' mandates have no entries."""
    return [subject for subject in changed_faces() if subject.startswith("calls.")]


def stored(*models):
    return "".join(str(row) for model in models for row in model.objects.values_list())


# -- the export -----------------------------------------------------------------------------------


def test_the_schema_is_strict_and_part_of_the_whole():
    jsonschema.Draft202012Validator.check_schema(personal.SCHEMA)
    assert export.schema()["properties"]["sections"]["properties"]["calls"] == personal.SCHEMA
    assert personal.SCHEMA["required"] == list(EMPTY)
    assert "calls" in erasure._erasers


def test_an_applicant_gets_all_of_her_own_and_nothing_of_others():
    world, user, other = open_world(), amina(), make_user(name="Otto Other", email="otto@example.org")
    sent = sent_with_all(world, user)
    theirs = make_sent(world, other, summary="Otto's secret", note="Otto's note")
    acts.add_co_applicant(
        other, make_draft(world, other, summary="Otto's draft"), "amina@example.org", name="A."
    )
    acts.add_co_applicant(other, theirs, "third@example.org", name="Third")
    assert give(make_user()) == EMPTY
    found = give(user)
    (own,) = found["submissions"]
    assert (own["ref"], own["state"], own["receipt"], own["title"]) == (
        sent.ref,
        "submitted",
        sent.receipt,
        {"en": "A data trust", "fr": "Une fiducie"},
    )
    assert own["answers"] == json.loads(json.dumps(sent.answers))
    assert own["draft"]["note"] == "My new telephone is 555-0199."
    assert [(one["field"], one["name"]) for one in own["files"]] == [
        ("papers", "amina_diallo.txt"),
        ("letters", "letter.txt"),
    ]
    assert own["decision"] is None
    (asked,) = found["co_applications"]
    assert (asked["ref"], asked["email"], asked["name"], asked["agreed"]) == (
        "",
        "amina@example.org",
        "A.",
        None,
    )
    text = json.dumps(found)
    for foreign in ("otto", "Otto", "third@", "Third", theirs.ref + '"'):
        assert foreign not in text


def test_an_address_that_is_not_confirmed_opens_nobodys_requests():
    world, user, other = open_world(), make_user(), make_user()
    acts.add_co_applicant(other, make_draft(world, other), "third@example.org", name="Third")
    address = EmailAddress.objects.create(user=user, email="Third@example.org", verified=False)
    assert give(user) == EMPTY
    personal.forget(user, user.person)
    assert CoApplicant.objects.get().email == "third@example.org"
    address.verified = True
    address.save()
    assert [one["name"] for one in give(user)["co_applications"]] == ["Third"]


def test_a_decision_is_in_it_once_it_is_published_and_not_before():
    world = open_world()
    one, two = judged(world, [[(5, 5)], [(1, 1)]])
    decide(world, GOLD, NO)
    assert give(one.applicant.user)["submissions"][0]["decision"] is None
    assert "gold" not in json.dumps(give(one.applicant.user))
    acts.publish(world.manager, world.fresh())
    told = give(one.applicant.user)["submissions"][0]
    assert (told["state"], told["decision"]) == (
        "accepted",
        {"result": "accepted", "tier": "gold", "reason": {}},
    )
    refused = give(two.applicant.user)["submissions"][0]["decision"]
    assert refused == {"result": "rejected", "tier": "", "reason": {"en": "Others were stronger"}}


def test_judges_get_their_own_work_by_number_alone():
    world = open_world()
    one, two = judged(world, [[(5, 5), (4, 4)], [(1, 1), (2, 2)]])
    acts.declare_conflict(world.jurors[1], two, "My cousin")
    decide(world, GOLD, NO)
    mine = give(world.jurors[1])
    assert [(row["ref"], row["marks"], row["voided"] is None) for row in mine["assessments"]] == [
        (one.ref, {"effect": 4, "evidence": 4}, True),
        (two.ref, {"effect": 2, "evidence": 2}, False),
    ]
    assert [(row["ref"], row["reason"]) for row in mine["conflicts"]] == [(two.ref, "My cousin")]
    assert [(row["ref"], row["stage"]) for row in mine["assignments"]] == [
        (one.ref, "jury"),
        (two.ref, "jury"),
    ]
    assert "A data trust" not in json.dumps(mine)
    assert give(world.jurors[0])["conflicts"] == []
    assert [(row["ref"], row["passed"]) for row in give(world.screener)["screenings"]] == [
        (one.ref, True),
        (two.ref, True),
    ]
    assert [(row["ref"], row["role"], row["tier"]) for row in give(world.chair)["decisions"]] == [
        (one.ref, "jury_chair", "gold"),
        (two.ref, "jury_chair", ""),
    ]
    assert give(world.manager) == EMPTY


@pytest.mark.parametrize("many", [1, 3])
def test_the_export_costs_the_same_for_one_and_three(django_assert_num_queries, many):
    user = make_user()
    for _ in range(many):
        world = open_world()
        sent_with_all(world, user)
    with django_assert_num_queries(27):  # two of them: found and lifted conflicts
        assert len(personal.give(user)["submissions"]) == many


@pytest.mark.parametrize("many", [1, 3])
def test_a_judges_export_costs_the_same_for_one_and_three(django_assert_num_queries, many):
    world = open_world()
    judged(world, [[(5, 5)]] * many)
    with django_assert_num_queries(26):  # no submissions, so no files
        assert len(personal.give(world.jurors[0])["assessments"]) == many


# -- forgetting an applicant ----------------------------------------------------------------------


def test_a_draft_goes_with_its_files(django_capture_on_commit_callbacks):
    world, user, other = open_world(), amina(), make_user()
    draft, theirs = make_draft(world, user), make_draft(world, other)
    file, kept = acts.upload(user, draft, "papers", paper()), acts.upload(other, theirs, "papers", paper())
    with django_capture_on_commit_callbacks(execute=True):
        people.erase(user)
    assert [one.pk for one in Submission.objects.all()] == [theirs.pk]
    assert [default_storage.exists(one.file.name) for one in (file, kept)] == [False, True]


def test_what_is_not_decided_is_withdrawn_and_emptied(django_capture_on_commit_callbacks):
    world, user = open_world(), amina()
    sent = sent_with_all(world, user)
    other = make_sent(world, note="Another's note")
    files = [one.file.name for one in sent.uploads.all()]
    acts.add_co_applicant(user, sent, "friend@example.org", name="A friend", contribution=T("Figures"))
    with django_capture_on_commit_callbacks(execute=True):
        people.erase(user)
    gone = Submission.objects.get(pk=sent.pk)
    assert (gone.state, gone.answers, gone.draft, gone.receipt, gone.ref) == (
        "withdrawn",
        {},
        {},
        "",
        sent.ref,
    )
    assert Entry.objects.get(kind="calls.withdrawn").facts["ref"] == sent.ref
    assert Upload.objects.count() == 0
    assert [default_storage.exists(name) for name in files] == [False, False]
    row = CoApplicant.objects.get()
    assert (row.name, row.contribution, row.person, row.removed_at is None) == (NOBODY, Text(), None, False)
    assert row.email == f"{row.uid.hex}@erased.invalid"
    assert Submission.objects.get(pk=other.pk).answers["note"] == "Another's note"
    left = stored(Submission, CoApplicant, Upload, Person)
    for trace in ("Amina", "أمينة", "amina", "555-01", "friend", "Figures", sent.receipt):
        assert trace not in left
    assert Opening.objects.filter(entry__subject=scope_of(sent)).count() == 0
    theirs = Opening.objects.filter(entry__subject=scope_of(other)).values_list("name", flat=True)
    assert set(theirs) == {"actor", "answers", "receipt"}


def test_co_applicants_who_agreed_keep_the_public_words():
    world, user, friend = open_world(), amina(), make_user()
    sent = make_sent(world, user, summary="By Amina Diallo.", note="555-0100")
    asked = acts.add_co_applicant(user, sent, friend.email, name="A friend")
    acts.confirm_co_applicant(friend, asked)
    people.erase(user)
    gone = Submission.objects.get(pk=sent.pk)
    assert gone.state == "withdrawn"
    assert gone.answers == {"title": sent.answers["title"], "summary": f"By {NOBODY}."}
    row = CoApplicant.objects.get()
    assert (row.name, row.email, row.person) == ("A friend", friend.email, friend.person)


def decided(fields=FIELDS):
    """A call at the end of its deliberation, with Amina's entry and another."""
    world, user = open_world(fields=fields), amina()
    mine = sent_with_all(world, user)
    theirs = make_sent(world, note="Another's note")
    close(world)
    screen_all(world)
    for entry in (mine, theirs):
        for juror in world.jurors[:2]:
            acts.assign(world.manager, entry, juror.person)
    acts.open_stage(world.manager, world.run("jury"))
    for at, entry in enumerate((mine, theirs)):
        for juror in world.jurors[:2]:
            mark(juror, entry, 5 - at, 4, comment=f"Sound, says juror {juror.pk}.", note="Only for the chair")
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    return world, user, mine, theirs


def test_what_is_sealed_stays_and_is_published_without_her():
    letters = Field("letters", "files", T("Letters"), options={"extensions": ["txt"]})
    public = (*(one for one in FIELDS if one.key != "letters"), letters)
    world, user, mine, theirs = decided(public)
    verdict = decide(world, GOLD, NO)
    people.erase(user)
    kept = Submission.objects.get(pk=mine.pk)
    assert kept.state == "submitted"
    assert set(kept.answers) == {"title", "summary", "letters"}
    assert kept.answers["summary"] == f"{NOBODY} counts the boats."
    assert (kept.draft, kept.has_unsent_changes) == (kept.answers, False)
    assert [one.name for one in Upload.objects.all()] == ["letter.txt"]
    assert verdicts.recompute(verdict.body) == verdict.body
    call = acts.publish(world.manager, world.fresh())
    assert [one.state for one in world.submissions] == ["accepted", "rejected"]
    assert verdicts.recompute(call.verdict.body) == verdict.body
    assert broken_faces() == []
    assert Submission.objects.get(pk=theirs.pk).answers["note"] == "Another's note"


@pytest.mark.parametrize("result", ["accepted", "rejected"])
def test_before_publication_what_is_left_does_not_tell_the_decision(result):
    world, user, mine, _theirs = decided()
    if result == "accepted":
        decide(world, GOLD, NO)
    else:
        why = T("It serves a region that the list lacked.")
        decide(
            world,
            Choice("rejected", standard="weaker", departure_reason=why),
            Choice("accepted", "gold", departure_reason=why),
        )
    people.erase(user)
    assert Decision.objects.get(submission=mine).result == result
    assert set(Submission.objects.get(pk=mine.pk).answers) == {"title", "summary"}


def test_what_was_published_keeps_its_public_words_and_what_was_refused_none():
    world, user, mine, theirs = decided()
    decide(world, GOLD, NO)
    acts.publish(world.manager, world.fresh())
    bodies = {entry.index: bytes(entry.body) for entry in Entry.objects.all()}
    people.erase(user)
    people.erase(theirs.applicant.user)
    kept, refused = world.submissions
    assert (kept.state, refused.state) == ("accepted", "rejected")
    assert kept.answers == {"title": mine.answers["title"], "summary": f"{NOBODY} counts the boats."}
    assert (str(kept.applicant.name), str(kept.title)) == (NOBODY, "A data trust")
    assert refused.answers == {}
    assert Upload.objects.count() == 0
    body = world.fresh().verdict.body
    assert verdicts.recompute(body) == body
    assert broken_faces() == []
    assert {index: bytes(Entry.objects.get(pk=index).body) for index in bodies} == bodies
    left = stored(Submission, CoApplicant, Upload, Person, Assessment, Decision)
    for trace in ("Amina", "أمينة", "amina", "555-01", "Another's note"):
        assert trace not in left


def test_the_record_verifies_from_outside_after_erasing(tmp_path: Path, monkeypatch):
    ours = {name: found for name, found in registry.subjects.items() if name.startswith("calls.")}
    monkeypatch.setattr(registry, "subjects", ours)  # the factories' mandates have no entries
    world, user, _mine, _theirs = decided()
    decide(world, GOLD, NO)
    acts.publish(world.manager, world.fresh())
    people.erase(world.jurors[0])
    people.erase(user)
    write(tmp_path / "out")
    report = verify(sources.open_source(str(tmp_path / "out")), signer().verifier, faces=True)
    assert (report.faults, report.notes[-1]) == ([], "2 public faces are as the entries left them")


def test_named_persons_lose_their_addresses_and_she_her_name():
    user = amina()
    names = forgetting.Names(user.person, {"amina@example.org", "a.d@example.org"})
    listed = [
        {"name": "amina  diallo", "role": "speaker", "affiliation": "Port", "email": "x@example.org"},
        {"name": "A. D.", "email": "A.D@example.org"},
        {"name": "Bo", "role": "host", "email": "bo@example.org"},
    ]
    found = names.out_of_answer(kind("persons"), listed, "en")
    assert found == [{"name": NOBODY, "role": "speaker"}, {"name": NOBODY}, {"name": "Bo", "role": "host"}]
    assert [str(one) for one in kind("persons").value(PEOPLE, found, None)] == [
        f"{NOBODY} · speaker",
        NOBODY,
        "Bo · host",
    ]


@pytest.mark.parametrize(
    ("name", "words", "left"),
    [
        ("Li", "Li of Libya, by LI.", f"{NOBODY} of Libya, by {NOBODY}."),
        ("王小明", "由王小明撰写", f"由{NOBODY}撰写"),
        ("Ana-María Ruiz", "Ana-María  Ruiz (Ana)", f"{NOBODY} (Ana)"),
        ("A.*", "AAA", "AAA"),
        ("Ada Bo", "write to ADA@example.org", f"write to {NOBODY}"),
    ],
)
def test_a_name_is_found_in_words_and_no_more(name, words, left):
    person = make_user(name=name).person
    assert forgetting.Names(person, {"ada@example.org"}).out_of(words, "en") == left


def test_a_text_keeps_the_state_of_its_translations():
    names = forgetting.Names(amina().person, {"amina@example.org"})
    text = Text.of("By Amina Diallo", fr="Par Amina Diallo").edited(
        {"en": "Now by Amina Diallo", "fr": "Par Amina Diallo"}
    )
    found = Text.from_json(names.out_of_text(text.to_json()))
    assert found.get("en") == f"Now by {NOBODY}"
    assert "Amina" not in found.get("fr")
    assert (found.state("fr"), found.revision) == ("outdated", text.revision)


@pytest.mark.parametrize(
    ("name", "left"), [("amina_diallo-cv.pdf", "cv.pdf"), ("Amina Diallo.txt", "file.txt"), ("plan", "plan")]
)
def test_a_file_loses_her_name(name, left):
    names = forgetting.Names(amina().person, {"amina@example.org"})
    assert names.out_of_file_name(name) == left


# -- forgetting a co-applicant --------------------------------------------------------------------


def test_a_co_applicant_steps_back_and_loses_name_and_address():
    world, user, other = open_world(), amina(), make_user()
    agreed = acts.add_co_applicant(
        other, make_sent(world, other), "amina@example.org", name="Amina D.", contribution=T("Her figures")
    )
    acts.confirm_co_applicant(user, agreed)
    asked = acts.add_co_applicant(other, make_draft(world, other), "amina@example.org", name="Amina D.")
    third = acts.add_co_applicant(other, asked.submission, "third@example.org", name="Third")
    people.erase(user)
    for row in CoApplicant.objects.filter(pk__in=[agreed.pk, asked.pk]):
        assert row.removed_at is not None
    assert CoApplicant.objects.get(pk=third.pk).name == "Third"
    left = stored(CoApplicant)
    for trace in ("Amina", "amina", "Her figures"):
        assert trace not in left
    assert Submission.objects.filter(applicant=other.person).count() == 2


def test_who_stood_behind_a_published_entry_stands_there_without_a_name():
    world, user, other = open_world(), amina(), make_user()
    mine = make_sent(world, other)
    row = acts.add_co_applicant(other, mine, "amina@example.org", name="Amina D.")
    acts.confirm_co_applicant(user, row)
    close(world)
    screen_all(world)
    acts.assign(world.manager, mine, world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    mark(world.jurors[0], mine, 5, 5)
    acts.close_stage(world.manager, world.run("jury"))
    acts.open_stage(world.manager, world.run("deliberation"))
    decide(world, GOLD)
    acts.publish(world.manager, world.fresh())
    people.erase(user)
    row.refresh_from_db()
    assert (row.is_confirmed, row.name, str(row.person.name)) == (True, NOBODY, NOBODY)
    assert Submission.objects.get(pk=mine.pk).state == "accepted"


# -- forgetting a judge ---------------------------------------------------------------------------


def test_a_jurors_marks_and_comments_stay_under_her_label():
    world, _user, mine, _theirs = decided()
    juror = world.jurors[0]
    Assessment.objects.filter(juror=juror.person, submission=mine).update(
        comment=f"Fine. {juror.person.name}"
    )
    Assignment.objects.filter(juror=juror.person, submission=mine).update(end_reason="she is ill")
    verdict = decide(world, GOLD, NO)
    before = list(Assessment.objects.order_by("pk").values_list("juror", "marks", "sent_at"))
    people.erase(juror)
    assert list(Assessment.objects.order_by("pk").values_list("juror", "marks", "sent_at")) == before
    found = Assessment.objects.filter(juror=juror.person).order_by("submission__number")
    assert [(one.comment, one.note) for one in found] == [
        (f"Fine. {NOBODY}", ""),
        (f"Sound, says juror {juror.pk}.", ""),
    ]
    assert set(Assessment.objects.exclude(juror=juror.person).values_list("note", flat=True)) == {
        "Only for the chair"
    }
    assert "ill" not in stored(Assignment)
    assert str(juror_labels(world.call)[juror.person.pk]) == "Juror 1"
    assert verdicts.recompute(verdict.body) == verdict.body
    assert broken_faces() == []


def test_marks_of_an_erased_juror_still_count_when_the_verdict_is_sealed():
    world, _user, _mine, _theirs = decided()
    before = verdicts.order(verdicts.inputs(world.fresh(), world.call.frozen(), ""))
    people.erase(world.jurors[0])
    after = verdicts.order(verdicts.inputs(world.fresh(), world.call.frozen(), ""))
    assert {ref: one.rank for ref, one in after.items()} == {ref: one.rank for ref, one in before.items()}
    verdict = decide(world, GOLD, NO)
    assert verdicts.recompute(verdict.body) == verdict.body


def test_what_a_juror_never_sent_goes_and_her_list_is_free():
    world = open_world()
    one = make_sent(world)
    close(world)
    screen_all(world)
    juror, other = world.jurors[:2]
    for user in (juror, other):
        acts.assign(world.manager, one, user.person)
    acts.open_stage(world.manager, world.run("jury"))
    for user in (juror, other):
        acts.declare_no_conflict(user, one)
        acts.save_assessment(user, one, {"effect": 3}, comment="Half a thought")
    people.erase(juror)
    assert [found.juror for found in Assessment.objects.all()] == [other.person]
    assert [
        (found.juror, found.end_reason, found.ended_at is None) for found in Assignment.objects.order_by("pk")
    ] == [(juror.person, "left", False), (other.person, "", True)]


def test_the_reasons_of_conflicts_go_here_and_in_the_record():
    world, _user, mine, theirs = decided()
    one, two = world.jurors[:2]
    acts.declare_conflict(one, mine, "My cousin")
    acts.declare_conflict(two, theirs, "My brother")
    people.erase(one)
    assert list(Conflict.objects.order_by("pk").values_list("reason", flat=True)) == ["", "My brother"]
    left = Opening.objects.filter(entry__kind="calls.conflict").order_by("entry", "name")
    assert [(found.entry.facts["ref"], found.name) for found in left] == [
        (theirs.ref, name) for name in ("actor", "person", "reason")
    ]
    voided = Assessment.objects.get(juror=one.person, submission=mine)
    assert (voided.comment, voided.note, voided.voided_at is None) == ("", "", False)


def test_findings_and_decisions_stay_without_their_writers_name():
    world = open_world()
    one, _two = make_sent(world), make_sent(world)
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    acts.screen(world.screener, one, False, reason=f"Out of scope. {world.screener.person.name}")
    people.erase(world.screener)
    found = Screening.objects.get()
    assert (found.passed, str(found.reason)) == (False, f"Out of scope. {NOBODY}")
    world, _user, mine, _theirs = decided()
    decide(world, GOLD, Choice("rejected", reason=f"Weaker. {world.chair.person.name}"))
    people.erase(world.chair)
    refused = Decision.objects.exclude(submission=mine).get(submission__call=world.call)
    assert (str(refused.reason), str(refused.decided_by.name)) == (f"Weaker. {NOBODY}", NOBODY)
    assert broken_faces() == []


def test_who_has_nothing_in_calls_is_forgotten_at_once(django_assert_max_num_queries):
    world, user = open_world(), make_user()
    make_sent(world)
    before = stored(Submission)
    with django_assert_max_num_queries(35):  # conflicts: hers, beside, lifted, addresses
        personal.forget(user, user.person)
    assert stored(Submission) == before
