"""Files as tables: what they hold comes back, what is no table is refused in words; who gets which."""

import datetime
import io
import zipfile
from dataclasses import replace

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from summitry.calls import acts
from summitry.calls.models import Conflict
from summitry.calls.queries import tables
from summitry.people.models import Role, scope_of
from summitry.people.tests.factories import make_institution, make_user
from summitry.text.tables import Unreadable, delimited, workbook
from summitry.text.tables import read as read_table
from summitry.text.tables import table as tables_of

from .factories import GOLD, NO, close, decide, judged, make_sent, mark, open_world, rules
from .tabling import book, entry, file, written

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
RISKY = st.text(st.sampled_from("=+-@;\t\r\n' \"a1,＝_x"), max_size=12)


def read(data: bytes) -> list[tuple[int, dict[str, str]]]:
    return [(line.number, line.cells) for line in read_table(data).lines]


@given(WORDS | RISKY)
def test_what_is_guarded_comes_back_and_begins_no_formula(words: str) -> None:
    guarded = delimited.guard(words)
    assert delimited.unguard(guarded) == words
    for part in guarded.replace("\r", "\n").replace("\t", "\n").replace(";", "\n").split("\n"):
        begin = part.lstrip(" ")[:1]
        number = guarded == words and words.lstrip("+-").replace(".", "").isdigit()
        assert number or begin not in set("=+-@＝＋－＠")


@given(st.lists(st.lists(WORDS | RISKY, min_size=2, max_size=2), max_size=4))
def test_rows_come_back_from_both_formats(rows: list[list[str]]) -> None:
    expected = [
        {key: cell for key, cell in zip("ab", row, strict=True) if cell.strip()}
        for row in rows
        if any(cell.strip() for cell in row)
    ]
    csv_ = [cells for _number, cells in read(written([["A [a]", "B [b]"], *rows]))]
    assert csv_ == expected
    # XML ends lines in one way; spreadsheets do too.
    xlsx = [cells for _number, cells in read(book([["A [a]", "B [b]"], *rows]))]
    assert xlsx == expected


@pytest.mark.parametrize("by", [",", ";", "\t"])
@pytest.mark.parametrize("mark_", ["", "\ufeff"])
def test_csv_is_read_whatever_divides_it(by: str, mark_: str) -> None:
    data = f'{mark_}a{by}"b{by}c [x]"{by}d\r\n1{by}"2\n3"{by}\r\n\r\n4{by}{by}5\r\n'.encode()
    assert read(data) == [(2, {"a": "1", "x": "2\n3"}), (4, {"a": "4", "d": "5"})]
    assert read(f"sep={by}\r\na{by}b\r\n1{by}2\r\n".encode()) == [(3, {"a": "1", "b": "2"})]


def _zip(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def _with(data: bytes, name: str, content: bytes) -> bytes:
    """A workbook with one part put in the place of another, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, content)
    return out.getvalue()


GOOD = book([["a"], ["1"]])
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b" \r\n ", "The file is empty."),
        (b",,\n", "The file is empty."),
        (b"a\n" + b"x" * 10_000_000, "The file is larger than 10 MB."),
        ("é;à\n1;2".encode("latin-1"), "The file is not in UTF-8. Save it as “CSV UTF-8”, or as an XLSX workbook."),  # noqa: E501
        ("a,b\n1,2".encode("utf-16"), "The file is not in UTF-8. Save it as “CSV UTF-8”, or as an XLSX workbook."),  # noqa: E501
        (b"%PDF-1.7\n\0", "This is neither a CSV file nor an XLSX workbook."),
        (b'a,b\n1,"2', "Row 2 cannot be read: quotation marks that are not closed, or a cell that is too long."),  # noqa: E501
        (b"a\n" + b"x" * 100_001, "Row 2, column A: more than 100000 characters."),
        (b"a\n" + b"1\n" * 10_001, "The table has more than 10000 rows."),
        (b"a," * 500 + b"b\n", "The table has more than 500 columns."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "This workbook is protected by a password or in the old format. Save it as XLSX without a password."),  # noqa: E501
        (GOOD[: len(GOOD) // 2], "This workbook is broken: it cannot be read."),
        (_with(GOOD, SHEET, b"<worksheet><sheetData><row><c"), "This workbook is broken: it cannot be read."),
        (_with(GOOD, SHEET, BOMB), "This workbook is broken: it cannot be read."),
        (_with(GOOD, "xl/vbaProject.bin", b"x"), "This workbook holds macros. Save it as XLSX without macros."),  # noqa: E501
        (_zip(readme=b"x"), "This is neither a CSV file nor an XLSX workbook."),
        (_zip(xl__workbook=b"\0" * 100_000_001), "Unpacked, this workbook is larger than 100 MB."),
    ],
    ids=range(18),
)  # fmt: skip
def test_what_is_no_table_is_refused_in_words(data: bytes, said: str) -> None:
    with pytest.raises(Unreadable) as error:
        read_table(data)
    assert error.value.messages == [said]


def test_a_table_has_no_more_cells_than_one_can_hold(monkeypatch) -> None:
    monkeypatch.setattr(tables_of, "MOST_CELLS", 3)
    with pytest.raises(Unreadable, match=r"The table has more than 3 cells\."):
        read_table(b"a,b\n1,2\n3,4\n")


def test_cells_of_a_workbook_are_as_one_would_type_them() -> None:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active.append(list("abcdef"))
    day = datetime.datetime(2027, 9, 19)
    made.active.append([5, 5.0, 2.5, True, day, day.replace(hour=9)])
    made.save(out)
    assert read(out.getvalue()) == [
        (2, {"a": "5", "b": "5", "c": "2.5", "d": "yes", "e": "2027-09-19", "f": "2027-09-19 09:00:00"})
    ]


def test_text_is_never_a_formula_in_a_workbook() -> None:
    data = book([["a"], ["=1+1"], ["http://example.org"], ["12"], [12], ["x" * 40_000]])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read(SHEET)
    assert [cells["a"] for _number, cells in read(data)] == [
        "=1+1",
        "http://example.org",
        "12",
        "12",
        workbook.TOO_LONG,
    ]


# -- who gets which -------------------------------------------------------------------------------


@pytest.fixture
def house(db):
    make_institution()


def _marks(user, world) -> list[list[object]]:
    user.__dict__.pop("roles", None)
    return list(tables.assessment_rows(world.fresh(), user))[1:]


def _world():
    world = open_world()
    entries = judged(world, [[(4, 5), (2, 3)], [(1, 1)]])
    return world, entries


def test_marks_leave_with_those_who_see_them_all(house, client: Client) -> None:
    world, entries = _world()
    secretariat, auditor = make_user(Role.SECRETARIAT), make_user(Role.AUDITOR)
    everybody = [
        [entries[0].ref, "Juror 1", 4, 5],
        [entries[0].ref, "Juror 2", 2, 3],
        [entries[1].ref, "Juror 1", 1, 1],
    ]

    def shown(user):
        return [[row[0], row[4], row[5], row[6]] for row in _marks(user, world)]

    def status(user) -> int:
        client.force_login(user)
        return client.get(reverse("calls:export_marks", args=[world.call.slug])).status_code

    never = [world.jurors[0], world.screener, make_user(), entries[0].applicant.user]
    for user in (auditor, world.chair):
        assert (shown(user), status(user)) == (everybody, 200)
    for user in (world.manager, secretariat, *never):
        assert (shown(user), status(user)) == ([], 403)
    decide(world, GOLD, NO)
    acts.seal_verdict(world.chair, world.fresh())
    for user in (auditor, world.chair, world.manager, secretariat):
        assert (shown(user), status(user)) == (everybody, 200)
    for user in never:
        assert (shown(user), status(user)) == ([], 403)
    Conflict.objects.create(submission=entries[0], juror=world.manager.person)
    assert shown(world.manager) == everybody[2:]


def test_the_chair_of_a_stage_that_scores_sees_no_marks_yet(house) -> None:
    world = open_world()
    make_sent(world)
    close(world)
    acts.open_stage(world.manager, world.run("screening"))
    acts.screen(world.screener, world.submissions[0], True)
    acts.close_stage(world.manager, world.run("screening"))
    acts.assign(world.manager, world.submissions[0], world.jurors[0].person)
    acts.open_stage(world.manager, world.run("jury"))
    mark(world.jurors[0], world.submissions[0], 3, 3)
    assert _marks(world.chair, world) == []
    assert len(_marks(make_user(Role.AUDITOR), world)) == 1


@pytest.mark.parametrize("entries", [1, 3])
def test_the_marks_cost_the_same_for_one_and_three(house, entries, django_assert_num_queries) -> None:
    world = open_world()
    judged(world, [[(3, 3)]] * entries)
    call, auditor = world.fresh(), make_user(Role.AUDITOR)
    assert auditor.roles
    with django_assert_num_queries(3):
        assert len(list(tables.assessment_rows(call, auditor))) == entries + 1


def test_a_blind_call_gives_its_chair_no_names(house) -> None:
    found = rules(blind=True)
    named = tuple(replace(one, identifies=True) if one.role == "title" else one for one in found.fields)
    world = open_world(replace(found, fields=named))
    (sent,) = judged(world, [[(3, 3)]])
    assert [row[1] for row in _marks(world.chair, world)] == [sent.ref]
    assert [row[1] for row in _marks(make_user(Role.AUDITOR), world)] == ["A data trust"]


# -- the page that takes a table ------------------------------------------------------------------


def test_the_page_tells_everything_then_takes_the_same_bytes(house, client: Client) -> None:
    world = open_world()
    client.force_login(world.manager)
    page = reverse("calls:import", args=[world.call.slug])
    assert page in client.get(reverse("calls:manage", args=[world.call.slug])).content.decode()
    first = client.get(page).content.decode()
    assert "Files cannot come in a table." in first
    assert "open: Papers, Letters." in first

    def send(*rows):
        return client.post(page, {"file": SimpleUploadedFile("a.csv", file(rows))})

    wrong = send(entry("a", title=""), entry("b"))
    assert (wrong.status_code, world.submissions) == (422, [])
    assert "An answer is needed here." in wrong.content.decode()
    assert "Title <code>[title]</code>" in wrong.content.decode()
    broken = client.post(page, {"file": SimpleUploadedFile("a.xlsx", GOOD[:50])})
    assert broken.status_code == 422
    assert "This workbook is broken: it cannot be read." in broken.content.decode()
    assert client.post(page, {}).status_code == 422
    look = send(entry("a"), entry("b"))
    assert (look.status_code, world.submissions) == (200, [])
    assert client.post(page, {"kept": look.context["kept"] + "x"}).status_code == 422
    assert client.post(page, {"kept": look.context["kept"]}).status_code == 302
    assert len(world.submissions) == 2
    for user in (world.screener, world.jurors[0], world.chair, make_user()):
        client.force_login(user)
        assert client.get(page).status_code == 403
    other = make_user(Role.CALL_MANAGER, scope_of(world.call))
    client.force_login(other)
    assert client.post(page, {"kept": look.context["kept"]}).status_code == 422


def test_both_formats_leave_the_manager_with_the_same_rows(house, client: Client) -> None:
    world = open_world()
    make_sent(world, summary="=1+1; -2")
    client.force_login(world.manager)
    found = [
        read_table(b"".join(client.get(reverse(f"calls:{name}", args=[world.call.slug])).streaming_content))
        for name in ("export", "export_xlsx")
    ]
    assert found[0] == found[1]
    assert found[0].lines[0].cells["summary"] == "=1+1; -2"
