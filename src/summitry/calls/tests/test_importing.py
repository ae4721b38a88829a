"""Submissions from tables: what is wrong is all told, what is right is taken in once."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from summitry.calls import acts
from summitry.calls.models import Conflict, Imported, Submission
from summitry.calls.rules import Condition
from summitry.people.models import Letter, Organisation, Person, Role
from summitry.people.tests.factories import make_institution, make_user
from summitry.record.models import Entry
from summitry.text.tables import Faults
from summitry.text.value import Text

from .factories import close, make_sent, make_world, open_world, rules
from .tabling import COLUMNS, entry, faults, table

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _institution():
    make_institution()


def taken(world, *rows, **options):
    return acts.import_submissions(world.manager, world.fresh(), table(rows), **options)


def refused(world, rows, columns=COLUMNS):
    """Everything that is wrong; in a dry run and for good, and nothing written by either."""
    people, entries = Person.objects.count(), Entry.objects.count()
    told = []
    for dry_run in (True, False):
        with pytest.raises(Faults) as error:
            acts.import_submissions(world.manager, world.fresh(), table(rows, columns), dry_run=dry_run)
        told.append(faults(error.value))
    assert told[0] == told[1]
    assert (Person.objects.count(), Entry.objects.count()) == (people, entries)
    assert Imported.objects.count() == 0
    return told[0]


def test_rows_are_taken_in_as_if_they_were_sent():
    world = open_world()
    known = make_user(email="amina@example.org", name="Amina Diallo")
    found = taken(
        world,
        entry("a", applicant__email="Amina@Example.org", theme="AI"),
        entry("b", entry__category="south"),
    )
    assert (found.new, found.changed, found.unchanged, found.barred) == (("a", "b"), (), (), ())
    first, second = world.submissions
    assert [first.ref, second.ref] == [f"{world.call.slug}-1", f"{world.call.slug}-2"]
    assert first.applicant == known.person
    assert first.answers == {
        "title": Text.of("Title a").to_json(),
        "summary": "Boats record one catch once.",
        "theme": "ai",
    }
    assert first.draft == first.answers
    assert (first.category, second.category) == ("north", "south")
    assert (first.state, first.language, bool(first.receipt)) == ("submitted", "en", True)
    assert second.applicant.user is None
    assert second.applicant.name == Text.of("Applicant b")
    assert sorted(Submission.objects.of(known)) == [first]


def test_the_record_says_each_and_the_whole():
    world = open_world()
    user = make_user(email="amina@example.org")
    before = Entry.objects.count()
    letters = Letter.objects.count()
    taken(world, entry("a", applicant__email=user.email), entry("b"))
    made = list(Entry.objects.order_by("index")[before:])
    assert [one.kind for one in made] == ["calls.received", "calls.received", "calls.imported"]
    bodies = [one.said for one in made]
    assert [one["by"] for one in bodies] == ["call_manager"] * 3
    assert {key: bodies[2]["facts"][key] for key in ("call", "new", "changed")} == {
        "call": world.call.slug,
        "new": 2,
        "changed": 0,
    }
    assert Letter.objects.count() == letters + 1  # to the one who has an account


def test_the_same_table_again_changes_nothing():
    world = open_world()
    rows = [entry("a"), entry("b", applicant__email="nobody@example.org")]
    taken(world, *rows)
    stands = list(Submission.objects.order_by("pk").values())
    people, entries = list(Person.objects.values()), Entry.objects.count()
    found = taken(world, *rows)
    assert (found.new, found.changed, found.unchanged) == ((), (), ("a", "b"))
    assert list(Submission.objects.order_by("pk").values()) == stands
    assert (list(Person.objects.values()), Entry.objects.count()) == (people, entries)


def test_a_changed_row_changes_its_entry_and_says_so():
    world = open_world()
    taken(world, entry("a"), entry("b"))
    before = Entry.objects.count()
    found = taken(world, entry("a", title="Another title"), entry("b"), entry("c"))
    assert (found.new, found.changed, found.unchanged) == (("c",), ("a",), ("b",))
    first = world.submissions[0]
    assert (str(first.title), first.number, first.version) == ("Another title", 1, 2)
    assert [one.kind for one in Entry.objects.order_by("index")[before:]] == [
        "calls.received",
        "calls.received",
        "calls.imported",
    ]
    assert taken(world, entry("a", title="Another title")).unchanged == ("a",)


def test_a_column_that_is_not_there_leaves_what_was_sent():
    world = open_world()
    taken(world, entry("a", theme="data"))
    short = [key for key in COLUMNS if key not in {"theme", "summary"}]
    found = acts.import_submissions(world.manager, world.fresh(), table([entry("a", title="New")], short))
    assert found.changed == ("a",)
    answers = world.submissions[0].answers
    assert (answers["theme"], answers["summary"]) == ("data", "Boats record one catch once.")


def test_a_dry_run_leaves_nothing():
    world = open_world()
    people, entries = Person.objects.count(), Entry.objects.count()
    found = taken(world, entry("a"), dry_run=True)
    assert found.new == ("a",)
    assert (Person.objects.count(), Entry.objects.count()) == (people, entries)
    assert Submission.objects.count() == 0
    assert Imported.objects.count() == 0


def test_an_address_that_is_not_confirmed_gives_nobody_an_entry():
    world = open_world()
    user = make_user(email="amina@example.org", verified=False)
    taken(world, entry("a", applicant__email=user.email))
    assert not Submission.objects.of(user).exists()
    assert world.submissions[0].applicant.user is None


def test_two_rows_of_one_address_are_one_person():
    world = open_world()
    one = {"applicant__email": "x@example.org", "applicant__name": "Xu Li"}
    taken(world, entry("a", **one), entry("b", **one))
    first, second = world.submissions
    assert first.applicant == second.applicant
    assert "x@example.org" not in first.applicant.external_id


# -- everything that is wrong ---------------------------------------------------------------------


def test_every_problem_is_told_by_row_and_column():
    world = open_world()
    rows = [
        entry("a", title="", theme="nothing"),
        entry("b", entry__category="west", applicant__email="not an address"),
        entry("a", summary="word " * 21),
        entry("", applicant__name=""),
        entry("e", title="x" * 501),
    ]
    assert refused(world, rows) == [
        (2, "title", "An answer is needed here."),
        (2, "theme", "Choose one of the answers offered."),
        (3, "entry.category", "There is no such category; there are: north, south."),
        (3, "applicant.email", "This is not an e-mail address."),
        (4, "entry.id", "This id stands in row 2 already."),
        (4, "summary", "At most 20 words; this has 21."),
        (5, "entry.id", "An id is missing here."),
        (5, "applicant.name", "A name is needed for somebody without an account here."),
        (6, "title", "English: At most 500 characters; this has 501."),
    ]


def test_wrong_columns_are_told_once():
    world = open_world()
    columns = ["entry.id", "summary", "summary", "colour", "papers"]
    assert refused(world, [entry("a", papers="a.pdf"), entry("b")], columns) == [
        (1, "summary", "This column comes 2 times."),
        (1, "colour", "There is no such column."),
        (1, "applicant.name", "This column is missing."),
        (1, "entry.category", "This column is missing."),
        (1, "title", "This column is missing."),
        (2, "papers", "Files cannot come in a table: leave this cell empty."),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"entry__language": "xx"}, ("entry.language", "This call does not take submissions in this language.")),  # noqa: E501
        ({"entry__category": ""}, ("entry.category", "Choose a category.")),
        ({"applicant__organisation": "nowhere"}, ("applicant.organisation", "No organisation has this address or name here.")),  # noqa: E501
        ({"entry__id": "x" * 101}, ("entry.id", "At most 100 characters.")),
        ({"entry__id": "a@b"}, ("entry.id", "An id holds no “@” and no line breaks.")),
        ({"applicant__name": "n" * 301}, ("applicant.name", "At most 300 characters.")),
        ({"title:en": "Twice"}, ("title", "The words in the entry’s own language stand in two columns.")),
        ({"title": "json:{"}, ("title", "What stands after “json:” is not JSON.")),
        ({"title": "#TOO-LONG"}, ("title", "This did not fit in a cell of the workbook. Take the table out as CSV instead.")),  # noqa: E501
    ],
)  # fmt: skip
def test_one_cell_that_is_wrong(row, said):
    world = open_world()
    columns = [*COLUMNS, "entry.language", "applicant.organisation", "title:en"]
    assert refused(world, [{**entry("a"), **{k.replace("__", "."): v for k, v in row.items()}}], columns) == [
        (2, *said)
    ]


def test_an_id_that_looks_like_a_number_given_here_is_refused():
    world = open_world()
    assert refused(world, [entry(f"{world.call.slug}-7")]) == [
        (2, "entry.id", "There is no entry with this number. Give it another id.")
    ]


def test_a_table_without_rows():
    assert refused(open_world(), []) == [(0, "", "The table has no rows below its headings.")]


def test_one_address_with_two_names():
    world = open_world()
    mail = {"applicant__email": "x@example.org"}
    assert refused(world, [entry("a", **mail), entry("b", **mail)]) == [
        (3, "applicant.name", "Another row gives another name to the same address.")
    ]


def test_who_may_not_apply_is_told_by_row_counting_the_rows_before():
    world = open_world(rules(eligibility=(Condition("cap", "cap_per_person", options={"most": 1}),)))
    one = {"applicant__email": "x@example.org", "applicant__name": "Xu Li"}
    told = refused(world, [entry("a", **one), entry("b", **one)])
    assert [(row, column) for row, column, _message in told] == [(3, "")]
    assert acts.import_submissions(world.manager, world.fresh(), table([entry("a", **one)])).new == ("a",)


def test_organisations_are_found_by_address_or_name():
    world = open_world()
    body = Organisation.objects.create(slug="igf", name=Text.of("Forum", fr="Forum français"), confirmed=True)
    Organisation.objects.create(slug="two", name=Text.of("Twin"), confirmed=True)
    Organisation.objects.create(slug="three", name=Text.of("Twin"), confirmed=True)
    columns = [*COLUMNS, "applicant.organisation"]
    with pytest.raises(Faults) as error:
        acts.import_submissions(
            world.manager, world.fresh(), table([entry("a", applicant__organisation="twin")], columns)
        )
    assert faults(error.value) == [
        (
            2,
            "applicant.organisation",
            "More than one organisation has this name: give its address here instead.",
        )
    ]
    rows = [entry("a", applicant__organisation="igf"), entry("b", applicant__organisation="forum FRANÇAIS")]
    acts.import_submissions(world.manager, world.fresh(), table(rows, columns))
    assert [one.organisation for one in world.submissions] == [body, body]


# -- whose entries, and when ----------------------------------------------------------------------


def test_what_an_applicant_sent_is_hers():
    world = open_world()
    sent = make_sent(world)
    with pytest.raises(Faults) as error:
        taken(world, entry(sent.ref))
    assert faults(error.value) == [
        (2, "", "This entry was sent by its applicant: nobody else can change it.")
    ]
    assert world.submissions == [sent]


def test_what_an_applicant_has_changed_since_stays_hers():
    world = open_world()
    user = make_user(email="amina@example.org")
    row = entry("a", applicant__email=user.email)
    taken(world, row)
    own = Submission.objects.get()
    acts.save_draft(user, own, {"summary": "Mine."})
    assert taken(world, row).unchanged == ("a",)  # the table says nothing new
    with pytest.raises(Faults) as error:
        taken(world, {**row, "title": "Theirs"})
    assert faults(error.value) == [
        (2, "", "Its applicant has changed it since it was taken in: nobody else can change it now.")
    ]
    assert Submission.objects.get().draft["summary"] == "Mine."


def test_what_was_withdrawn_stays_so():
    world = open_world()
    user = make_user(email="amina@example.org")
    row = entry("a", applicant__email=user.email)
    taken(world, row)
    acts.withdraw(user, Submission.objects.get())
    assert taken(world, row).unchanged == ("a",)
    with pytest.raises(Faults) as error:
        taken(world, {**row, "title": "Again"})
    assert faults(error.value) == [(2, "", "This submission has been withdrawn.")]


def test_an_entry_with_which_the_manager_has_a_conflict_is_left_out():
    world = open_world()
    taken(world, entry("a"), entry("b"))
    barred = world.submissions[0]
    Conflict.objects.create(submission=barred, juror=world.manager.person)
    found = taken(world, entry("a", title="Changed"), entry("b", title="Changed"))
    assert (found.changed, found.barred) == (("b",), ("a",))
    assert str(world.submissions[0].title) == "Title a"


def test_conflicts_are_found_as_for_any_entry():
    world = open_world()
    juror = world.jurors[0]
    taken(world, entry("a", applicant__email=juror.email), entry("b"))
    first, second = world.submissions
    assert sorted(Conflict.objects.values_list("juror", "submission")) == [(juror.person.pk, first.pk)]
    assert second.conflicts.count() == 0


def test_only_while_the_call_takes_submissions():
    world = open_world()
    late = world.call.closes_at + timedelta(seconds=1)
    for options in ({"now": late}, {"now": late, "dry_run": True}):
        with pytest.raises(ValidationError, match="only while the call takes submissions"):
            taken(world, entry("a"), **options)
    taken(world, entry("a"), now=world.call.closes_at)
    close(world)
    with pytest.raises(ValidationError, match="only while the call takes submissions"):
        taken(world, entry("b"))
    assert Submission.objects.count() == 1


def test_only_who_manages_takes_in():
    world, other = open_world(), make_world()
    for user in (
        world.screener,
        world.chair,
        world.jurors[0],
        make_user(),
        make_user(Role.AUDITOR),
        other.manager,
    ):
        for dry_run in (True, False):
            with pytest.raises(PermissionDenied):
                acts.import_submissions(user, world.call, table([entry("a")]), dry_run=dry_run)
    assert Submission.objects.count() == 0
    acts.import_submissions(make_user(Role.SECRETARIAT), world.call, table([entry("a")]))
    assert Submission.objects.count() == 1


def test_a_name_is_brought_up_to_date_for_somebody_without_an_account():
    world = open_world()
    taken(world, entry("a"))
    taken(world, entry("a", applicant__name="Better Name"))
    assert str(world.submissions[0].applicant.name) == "Better Name"
    assert Person.objects.filter(external_id__contains=world.call.slug).count() == 1


def test_the_queries_do_not_grow_with_what_is_unchanged():
    """A row that is taken costs its own queries; one that changes nothing a savepoint alone."""
    world = open_world()
    rows = [entry(key) for key in "abc"]
    taken(world, *rows)
    counts = []
    for some in (rows[:1], rows):
        with CaptureQueriesContext(connection) as captured:
            taken(world, *some)
        counts.append(len([q for q in captured if "SAVEPOINT" not in q["sql"]]))
    assert counts[0] == counts[1]
