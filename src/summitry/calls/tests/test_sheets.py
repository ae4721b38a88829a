"""The juror's sheet: out, filled in elsewhere, in again, all or nothing."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from summitry.calls import acts
from summitry.calls.models import Assessment, Assignment
from summitry.calls.queries import tables
from summitry.people.acts import end_mandate
from summitry.people.models import Mandate, Role
from summitry.people.tests.factories import make_institution, make_user
from summitry.text.tables import Faults, workbook
from summitry.text.tables import read as read_table

from .factories import jury, mark, open_world
from .tabling import book, faults, table, written

pytestmark = pytest.mark.django_db
COLUMNS = ("ref", "mark.effect", "mark.evidence", "comment", "note", "version")


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


@pytest.fixture
def world():
    """Four entries; the first juror has said of the first three that she has no conflict, of the fourth she
    has not said. The second juror has the first."""
    found = open_world()
    entries = jury(found, 5)
    for one in entries[:4]:
        acts.assign(found.manager, one, found.jurors[0].person)
    acts.assign(found.manager, entries[0], found.jurors[1].person)
    acts.open_stage(found.manager, found.run("jury"))
    for one in entries[:3]:
        acts.declare_no_conflict(found.jurors[0], one)
    found.fresh()
    return found


def row(world, at: int, effect: object = "", evidence: object = "", **more: object):
    return {
        "ref": world.submissions[at].ref,
        "mark.effect": effect,
        "mark.evidence": evidence,
        "version": "0",
        **more,
    }


def take(world, *rows, columns=COLUMNS, **options):
    return acts.take_sheet(world.jurors[0], world.fresh(), table(rows, columns), **options)


def refused(world, *rows, columns=COLUMNS, **options):
    before = list(Assessment.objects.order_by("pk").values())
    told = []
    for dry_run in (True, False):
        with pytest.raises(Faults) as error:
            take(world, *rows, columns=columns, dry_run=dry_run, **options)
        told.append(faults(error.value))
    assert told[0] == told[1]
    assert list(Assessment.objects.order_by("pk").values()) == before
    return told[0]


def test_the_sheet_holds_her_own_cleared_entries_and_what_she_said(world):
    juror, entries = world.jurors[0], world.submissions
    mark(juror, entries[0], 4, 5, comment="=Good", note="n")
    acts.save_assessment(juror, entries[1], {"effect": 2}, version=0)
    mark(world.jurors[1], entries[0], 1, 1, comment="Somebody else’s")
    assert tables.sheet_rows(juror, world.fresh()) == [
        [
            "Number [ref]",
            "Title [title]",
            "Effect, 1 to 5 [mark.effect]",
            "Evidence, 1 to 5 [mark.evidence]",
            "Comment [comment]",
            "Note to the chair [note]",
            "Sent [sent]",
            "Version: leave as it is [version]",
        ],
        [entries[0].ref, "A data trust", 4, 5, "=Good", "n", "yes", 1],
        [entries[1].ref, "A data trust", 2, "", "", "", "", 1],
        [entries[2].ref, "A data trust", "", "", "", "", "", 0],
    ]


@pytest.mark.parametrize("form", [written, book])
def test_the_sheet_as_it_left_changes_nothing(world, form):
    juror, entries = world.jurors[0], world.submissions
    mark(juror, entries[0], 4, 5, comment="=Good;=1\r\n-x", note="'n")
    acts.save_assessment(juror, entries[1], {"effect": 2}, note="+1", version=0)
    stands = list(Assessment.objects.order_by("pk").values())
    data = form(tables.sheet_rows(juror, world.fresh()))
    found = acts.take_sheet(juror, world.fresh(), read_table(data))
    assert (found.written, found.unchanged, found.empty) == (
        (),
        (entries[0].ref, entries[1].ref),
        (entries[2].ref,),
    )
    assert list(Assessment.objects.order_by("pk").values()) == stands


def test_marks_are_saved_or_sent(world):
    rows = [row(world, 0, 4, 5, comment="Good"), row(world, 1, "٣", "2"), row(world, 2)]
    assert take(world, *rows, dry_run=True).written == tuple(one["ref"] for one in rows[:2])
    assert Assessment.objects.count() == 0
    found = take(world, *rows)
    assert (len(found.written), len(found.empty)) == (2, 1)
    assert [(one.marks, one.comment, one.sent_at) for one in Assessment.objects.order_by("pk")] == [
        ({"effect": 4, "evidence": 5}, "Good", None),
        ({"effect": 3, "evidence": 2}, "", None),
    ]
    again = [{**one, "version": "1"} for one in rows[:2]]
    assert take(world, *again, send=True).written == tuple(one["ref"] for one in rows[:2])
    assert [one.counts for one in Assessment.objects.order_by("pk")] == [True, True]
    assert take(world, *again, send=True).unchanged == tuple(one["ref"] for one in rows[:2])


def test_every_problem_is_told_by_row(world):
    juror, entries = world.jurors[0], world.submissions
    mark(juror, entries[0], 4, 5)
    rows = [
        row(world, 0, 1, 1),
        row(world, 1, 6, "good"),
        row(world, 1, 2, 2),
        row(world, 2, 3, 3, version="7"),
        row(world, 3, 3, 3),
        row(world, 4, 3, 3),
        {"ref": "nothing-1", "mark.effect": "1"},
        {"mark.effect": "1"},
    ]
    assert sorted(refused(world, *rows)) == [
        (2, "", "You have sent your marks for this entry: they are final."),
        (3, "mark.effect", "Give a whole number from 1 to 5."),
        (3, "mark.evidence", "Give a whole number from 1 to 5."),
        (4, "ref", "This entry stands in row 3 already."),
        (
            5,
            "",
            "Somebody else has changed this in the meantime. "
            "Nothing of yours was saved; look again and repeat.",
        ),
        (6, "", "Say first whether you have a conflict of interest with this entry."),
        (7, "ref", "This entry is not on your list."),
        (8, "ref", "This entry is not on your list."),
        (9, "ref", "The number of an entry is missing here."),
    ]


def test_wrong_columns(world):
    told = refused(world, row(world, 0, 1, 1, colour="red"), columns=("ref", "mark.effect", "colour", "ref"))
    assert told == [
        (1, "ref", "This column comes 2 times."),
        (1, "colour", "There is no such column."),
        (1, "mark.evidence", "This column is missing."),
    ]


def test_sending_needs_every_mark(world):
    assert refused(world, row(world, 0, 4), row(world, 1, 1, 1), send=True) == [
        (2, "mark.evidence", "A mark is missing here.")
    ]


def test_an_entry_that_was_withdrawn_meanwhile(world):
    entry = world.submissions[0]
    acts.withdraw(entry.applicant.user, entry)
    assert refused(world, row(world, 0, 4, 4), row(world, 1, 3, 3)) == [
        (2, "ref", "This submission has been withdrawn.")
    ]


def test_an_entry_with_which_she_has_a_conflict_is_not_on_her_list(world):
    acts.declare_conflict(world.jurors[0], world.submissions[0])
    told = refused(world, row(world, 0, 4, 4))
    assert told == [(2, "ref", "This entry is not on your list.")]
    assert world.submissions[0].ref not in str(tables.sheet_rows(world.jurors[0], world.fresh()))


def test_a_juror_who_has_lost_her_mandate_is_told(world, client: Client):
    juror = world.jurors[0]
    mandate = Mandate.objects.get(person=juror.person, role=Role.JUROR)
    end_mandate(make_user(Role.SECRETARIAT), mandate)
    juror.__dict__.pop("roles", None)
    words = "You are not on the jury of this call now: nothing of your sheet was taken."
    with pytest.raises(PermissionDenied, match=words):
        take(world, row(world, 0, 4, 4))
    client.force_login(juror)
    for name in ("upload_sheet", "jury_sheet", "jury_sheet_xlsx"):
        answer = client.get(reverse(f"calls:{name}", args=[world.call.slug]))
        assert answer.status_code == 403
        assert words in answer.content.decode()
    assert Assessment.objects.count() == 0


def test_a_stage_that_is_closed_takes_nothing(world):
    for one in Assignment.objects.all():
        one.ended_at = one.assigned_at
        one.save()
    run = world.run("jury")
    run.state, run.closed_at = "closed", run.opened_at
    run.save()
    with pytest.raises(ValidationError, match="No stage of this call in which this is done is open now"):
        take(world, row(world, 0, 4, 4))
    assert tables.sheet_rows(world.jurors[0], world.fresh()) is None


@pytest.mark.parametrize("entries", [1, 3])
def test_the_sheet_costs_the_same_for_one_and_three(entries, django_assert_num_queries):
    world = open_world()
    for one in jury(world, entries):
        acts.assign(world.manager, one, world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    for one in world.submissions:
        acts.declare_no_conflict(world.jurors[0], one)
    call, juror = world.fresh(), world.jurors[0]
    assert juror.roles
    with django_assert_num_queries(3):
        assert len(tables.sheet_rows(juror, call)) == entries + 1


def test_the_pages_take_the_same_bytes_after_a_look(world, client: Client):
    client.force_login(world.jurors[0])
    page = reverse("calls:upload_sheet", args=[world.call.slug])
    marking = client.get(reverse("calls:marking", args=[world.call.slug])).content.decode()
    assert page in marking
    answer = client.get(reverse("calls:jury_sheet_xlsx", args=[world.call.slug]))
    rows = [cells for _number, cells in workbook.rows(b"".join(answer.streaming_content))]
    assert [one[0] for one in rows[1:]] == [one.ref for one in world.submissions[:3]]
    rows[1] = [*rows[1], *[""] * (8 - len(rows[1]))]
    rows[1][2:4] = ["4", "5"]
    file = SimpleUploadedFile("sheet.xlsx", book(rows))
    look = client.post(page, {"file": file, "do": "send"})
    assert (look.status_code, Assessment.objects.count()) == (200, 0)
    assert len(look.context["taken"].written) == 1
    done = client.post(page, {"kept": look.context["kept"], "do": "send"})
    assert done["Location"] == reverse("calls:marking", args=[world.call.slug])
    assert [one.counts for one in Assessment.objects.all()] == [True]
    gone = client.post(page, {"kept": look.context["kept"], "do": "send"})
    assert gone.status_code == 422
    assert "The file is no longer there. Choose it again." in gone.content.decode()
    client.force_login(world.jurors[1])
    other = client.post(page, {"kept": look.context["kept"], "do": "send"})
    assert other.status_code == 422


def test_the_page_tells_what_is_wrong(world, client: Client):
    client.force_login(world.jurors[0])
    page = reverse("calls:upload_sheet", args=[world.call.slug])
    data = f"ref,mark.effect,mark.evidence\n{world.submissions[0].ref},9,1\n".encode()
    answer = client.post(page, {"file": SimpleUploadedFile("a.csv", data), "do": "save"})
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "Give a whole number from 1 to 5." in words
    assert "One thing is wrong with this table; nothing was written" in words
    assert "Effect, 1 to 5 <code>[mark.effect]</code>" in words
