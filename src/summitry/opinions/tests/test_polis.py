"""Polis' own exports: in, and out again."""

import csv
import hashlib
import io
import zipfile

import numpy as np
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from summitry.opinions import acts, drawing, polis
from summitry.opinions.models import Conversation, MapRun, Participant, Statement, Vote
from summitry.opinions.tests.factories import cast, make_conversation, make_statement, make_votes
from summitry.opinions.voices import Voice
from summitry.people.tests.factories import make_user
from summitry.record.models import Entry
from summitry.text import sheets

pytestmark = pytest.mark.django_db
LARGER = ("canadian-electoral-reform", "scoop-hivemind.taxes", "vtaiwan.uberx")
SMALL = ("london.youth.policing", "15-per-hour-seattle", "brexit-consensus")
COMMENTS = "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
VOTES = "timestamp,datetime,comment-id,voter-id,vote\n"


def folder(
    tmp_path, comments="1000,x,0,5,0,0,1,Be kind\n2000,x,1,5,0,0,-1,Be rude\n", votes="", summary=None
):
    (tmp_path / "comments.csv").write_text(COMMENTS + comments)
    (tmp_path / "votes.csv").write_text(VOTES + votes)
    (tmp_path / "summary.csv").write_text(summary or "topic,Manners\nurl,https://pol.is/x\n")
    return tmp_path


def table(lines) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("".join(lines), newline="")))


@pytest.mark.parametrize("name", SMALL)
def test_what_goes_in_comes_out_again(shared_data, name):
    source = shared_data / "polis" / name
    rows, comments, matrix = (
        table([(source / f"{file}.csv").read_bytes().decode("utf-8-sig")])
        for file in ("votes", "comments", "participants-votes")
    )
    report = acts.import_polis(None, polis.read(source))
    found = report.conversation
    assert Participant.objects.filter(votes__isnull=False).distinct().count() == len(matrix)
    assert Statement.objects.count() == len(comments)
    assert Vote.objects.count() == len({(row["comment-id"], row["voter-id"]) for row in rows})
    assert sum(Vote.objects.values_list("changes", flat=True)) == len(rows) - Vote.objects.count()
    assert Statement.objects.filter(state="removed").count() == sum(
        one["moderated"] == "-1" for one in comments
    )

    held = {(row["comment-id"], row["voter-id"]): (row["vote"], row["timestamp"]) for row in rows}
    out = table(polis.written(found, "votes"))
    assert [(one["comment-id"], one["voter-id"], one["vote"], one["timestamp"]) for one in out] == [
        (*cell, *said)
        for cell, said in held.items()  # in the order of Polis, too
    ]
    whole = table(polis.written(found, "comments", whole=True))
    by_number = {one["comment-id"]: one for one in comments}
    for one in whole:
        before = by_number[one["comment-id"]]
        for column in ("timestamp", "author-id", "moderated"):
            assert one[column] == before[column], (one["comment-id"], column)
        own = [vote for (number, _voter), (vote, _at) in held.items() if number == one["comment-id"]]
        assert (one["agrees"], one["disagrees"]) == (str(own.count("1")), str(own.count("-1")))
        assert one["comment-body"].lstrip("'") == before["comment-body"].strip().lstrip("'")
    own = {one["participant"]: one for one in table(polis.written(found, "participants-votes"))}
    for before in matrix:
        after = own[before["participant"]]
        columns = [k for k in before if k.isdigit()]  # some leave out what moderation took out
        assert [after[k] for k in columns] == [before[k] for k in columns]
        assert [after[k] for k in ("n-votes", "n-agree", "n-disagree")] == [
            before[k] for k in ("n-votes", "n-agree", "n-disagree")
        ]

    entries = Entry.objects.count()
    again = acts.import_polis(None, polis.read(source))
    assert again.conversation == found
    assert (again.new_people, again.new_statements, again.new_votes, again.changed_votes) == (0, 0, 0, 0)
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("name", [*SMALL, *LARGER])
def test_files_have_the_columns_of_polis(shared_data, name):
    conversation = make_conversation(statements=1)
    make_votes(conversation, 1)
    for file in polis.FILES:
        rows = [
            list(csv.reader(io.StringIO(text, newline="")))
            for text in (
                (shared_data / "polis" / name / f"{file}.csv").read_text("utf-8-sig"),
                "".join(polis.written(conversation, file)),
            )
        ]
        if file == "summary":  # a key a line
            theirs, ours = ([row[0] for row in one] for one in rows)
        else:  # of people only some exports know the number that another site gave them
            theirs, ours = ([key for key in one[0] if not key.isdigit() and key != "xid"] for one in rows)
        assert ours == theirs, file


def test_whoever_has_the_exports_draws_the_same_map_elsewhere(tmp_path):
    """From what everybody may load: without authors, and without the words of what was removed. Also where
    people did not come in the order of their numbers."""
    made = make_conversation("Boats?", statements=9)
    people = make_votes(made, 24)
    make_statement(made, "WAITS", state="waiting", number=30)
    gone = make_statement(made, "GONE", number=31, author=people[0])
    cast(Voice(token="late"), gone, 1)
    acts.remove_statement(make_user("secretariat"), gone, "It was rude")
    numbers = [7, 40, 3, 11, 39, 5, 28, 1]
    for person, number in zip(people, numbers, strict=False):
        person.number = number
        person.save()
    here = acts.draw_map(made)

    for file in polis.FILES:
        (tmp_path / f"{file}.csv").write_text("".join(polis.written(made, file)))
    report = acts.import_polis(None, polis.read(tmp_path))
    there = acts.draw_map(report.conversation)
    assert report.conversation != made
    assert (there.digest, there.people, there.votes) == (here.digest, 25, 24 * 9 + 1)
    assert (there.groups, standing(there), told(there)) == (here.groups, standing(here), told(here))
    words = [str(one.text) for one in report.conversation.statements.order_by("number")]
    assert words == [*(f"Statement number {n}" for n in range(9)), ""]


def standing(run: MapRun) -> dict[int, tuple[float, float, int]]:
    """{number of a participant: her place and group}."""
    named = drawing.numbers(run.conversation)
    seats = np.frombuffer(bytes(run.seats), drawing.SEAT)
    return {named[int(pk)]: (float(x), float(y), int(group)) for pk, x, y, group in seats}


def told(run: MapRun) -> dict[int, list[list[int]]]:
    """{number of a statement: what everybody and each group says of it}."""
    named = dict(run.conversation.statements.values_list("pk", "number"))
    return {named[pk]: counts for pk, *counts in run.table}


def test_the_digest_can_be_computed_from_the_exports(shared_data):
    report = acts.import_polis(None, polis.read(shared_data / "polis" / SMALL[0]))
    run = acts.draw_map(report.conversation)
    votes = table(polis.written(report.conversation, "votes"))
    comments = table(polis.written(report.conversation, "comments"))
    rows = sorted(tuple(int(one[key]) for key in ("voter-id", "comment-id", "vote")) for one in votes)
    out = sorted(int(one["comment-id"]) for one in comments if one["moderated"] == "-1")
    lines = [",".join(map(str, row)) for row in (*rows, out)]  # with nothing of ours, as anybody would
    assert out
    assert run.digest == hashlib.sha256("".join(f"{one}\n" for one in lines).encode()).hexdigest()
    assert (run.people, run.votes) == (report.people, report.votes)


def test_the_map_of_a_real_conversation_is_the_same_when_drawn_again(shared_data):
    report = acts.import_polis(None, polis.read(shared_data / "polis" / SMALL[0]))
    first = acts.draw_map(report.conversation)
    assert first.groups >= 2
    assert acts.draw_map(report.conversation).pk == first.pk
    assert (drawing.draw(report.conversation).digest, drawing.draw(report.conversation).shown) == (
        first.digest,
        first.shown,
    )


def test_a_zip_and_a_folder_are_the_same(tmp_path):
    made = folder(tmp_path, votes="3000,x,0,7,1\n4000,x,0,7,-1\n")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as pack:
        for path in made.iterdir():
            pack.write(path, f"export/{path.name}")
    assert polis.read(packed.getvalue()) == polis.read(made)
    export = polis.read(made)
    assert (export.topic, export.people, export.lines, len(export.casts)) == ("Manners", 1, 2, 1)
    assert (export.casts[0].value, export.casts[0].changes) == (-1, 1)


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"votes": "3000,x,9,7,1\n"}, "votes.csv, line 2: a vote on statement “9”"),
        (
            {"votes": "3000,x,0,7,1\n500,x,0,8,1\n"},
            "votes.csv, line 3: the vote is older than its statement 0",
        ),
        ({"votes": "3000,x,0,7,2\n"}, "votes.csv, line 2: a vote is 1, 0 or -1, not “2”"),
        ({"votes": "3000,x,0,seven,1\n"}, "votes.csv, line 2: “seven” is not the number of a participant"),
        ({"votes": f"3000,x,0,{'0' * 13}{2**31},1\n"}, "is not the number of a participant"),
        ({"votes": f"3000,x,0,{'7' * 5000},1\n"}, "is not the number of a participant"),
        ({"votes": "-62135596800000,x,0,7,1\n"}, "“-62135596800000” is not a time in milliseconds"),
        ({"votes": "253402300799999,x,0,7,1\n"}, "“253402300799999” is not a time in milliseconds"),
        ({"comments": "1000,x,0,me,0,0,1,A\n"}, "comments.csv, line 2: “me” is not the number of a part"),
        ({"votes": "soon,x,0,7,1\n"}, "votes.csv, line 2: “soon” is not a time in milliseconds"),
        ({"votes": "3000,x,0,7\n"}, "votes.csv, line 2: 4 cells, and the first line has 5"),
        (
            {"comments": "1,x,0,5,0,0,1,A\n1,x,0,5,0,0,1,B\n"},
            "comments.csv, line 3: statement 0 comes a second",
        ),
        ({"comments": '1,x,0,5,0,0,1,"A\nB"\n1,x,1,5,0,0,9,C\n'}, "comments.csv, line 4: moderated is"),
        ({"comments": "1,x,0,5,0,0,1, \n"}, "comments.csv, line 2: the statement is empty"),
        ({"comments": ""}, "comments.csv has no statement"),
    ],
)
def test_a_bad_file_is_told_by_file_and_line(tmp_path, parts, words):
    with pytest.raises(polis.PolisError) as error:
        polis.read(folder(tmp_path, **parts))
    assert words in " ".join(error.value.messages)
    assert Conversation.objects.count() == 0


def test_what_is_no_export(tmp_path):
    for data in (b"", b"PK\x03\x04broken", b"PK\x05\x06" + bytes(18)):
        with pytest.raises(polis.PolisError):
            polis.read(data)
    made = folder(tmp_path)
    (made / "votes.csv").write_bytes(VOTES.encode() + b"\xff\xfe\n")
    with pytest.raises(polis.PolisError, match="UTF-8"):
        polis.read(made)
    (made / "votes.csv").unlink()
    with pytest.raises(polis.PolisError, match=r"votes\.csv"):
        polis.read(made)


def test_a_look_beforehand_changes_nothing(tmp_path):
    export = polis.read(folder(tmp_path, votes="3000,x,0,7,1\n"))
    report = acts.import_polis(None, export, dry_run=True)
    assert (report.new_people, report.new_statements, report.new_votes) == (2, 2, 1)
    assert (Conversation.objects.count(), Participant.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_a_later_export_brings_it_up_to_date(tmp_path):
    first = acts.import_polis(None, polis.read(folder(tmp_path, votes="3000,x,0,7,1\n")))
    later = polis.read(folder(tmp_path, votes="3000,x,0,7,1\n4000,x,0,7,0\n5000,x,0,8,1\n"))
    report = acts.import_polis(None, later)
    assert report.conversation == first.conversation
    assert (report.new_people, report.new_votes, report.changed_votes) == (1, 1, 1)
    assert sorted(Vote.objects.values_list("value", flat=True)) == [0, 1]


def test_only_the_secretariat_takes_in(tmp_path):
    export = polis.read(folder(tmp_path))
    with pytest.raises(PermissionDenied):
        acts.import_polis(make_user("translator"), export)
    with pytest.raises(ValidationError):
        acts.import_polis(make_user("secretariat"), export, language="xx")
    made = acts.import_polis(make_user("secretariat"), export).conversation
    other = polis.read(folder(tmp_path, summary="topic,Other\nurl,https://pol.is/other\n"))
    with pytest.raises(ValidationError, match="not taken in"):
        acts.import_polis(None, other, conversation=made)


@pytest.mark.parametrize(
    "words", ["=HYPERLINK(1)", "-2+3", "@SUM(1)", "＝1+1", "Well;=1+1", "'=1", "-3", "'s"]
)
def test_words_that_a_spreadsheet_would_run_are_marked_and_come_back(tmp_path, words):
    made = make_conversation(words)
    make_statement(made, words)
    for file in polis.FILES:
        (tmp_path / f"{file}.csv").write_text("".join(polis.written(made, file)))
    [comment] = table([(tmp_path / "comments.csv").read_text()])
    summary = dict(csv.reader(io.StringIO((tmp_path / "summary.csv").read_text())))
    assert comment["comment-body"] == summary["topic"] == sheets.guard(words)
    found = acts.import_polis(None, polis.read(tmp_path)).conversation
    assert (str(found.statements.get().text), str(found.title)) == (
        words,
        words.replace("@", "(at)"),
    )  # no address enters the record


def test_one_that_begins_with_a_formula_is_marked():
    made = make_conversation(statements=0)
    make_statement(made, "=HYPERLINK(1)")
    assert table(polis.written(made, "comments"))[0]["comment-body"] == "'=HYPERLINK(1)"
