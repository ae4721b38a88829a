"""`summitry verify` and `summitry record`: over HTTP, on directories and proof files; words and status."""

import contextlib
import io
import json
import re

import pytest

from summitry.cli import main
from summitry.engines.merkle import note
from summitry.record import keys, registry
from summitry.record.export import export
from summitry.record.models import Checkpoint, Entry
from summitry.record.tests.factories import say, things


@pytest.fixture(autouse=True)
def _own_key(settings, tmp_path):
    settings.RECORD_KEY = tmp_path / "keys" / "record.key"
    settings.RECORD_ORIGIN = "record.example/log"


@pytest.fixture
def world():
    with things() as found:
        yield found


def run(*words):
    """(exit status, output) of a command."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return left.value.code, out.getvalue()


@pytest.mark.django_db(transaction=True)
def test_the_command_over_http(django_db_setup, live_server, tmp_path, world):
    for name in set(registry.subjects) - {"tests.thing"}:
        del registry.subjects[name]
    state = tmp_path / "state"
    assert run("verify", live_server.url, "--state", state) == (
        2,
        f"No key given: trusting the key on first use.\n  {keys.signer().verifier}\n"
        f"summitry verify: there is no record at {live_server.url}/record, or it has no entry yet\n",
    )
    world.faces["one"] = {"title": "A call"}
    say(3)
    key = str(keys.signer().verifier)
    status, said = run("verify", live_server.url, "--state", state)
    assert (status, said.splitlines()) == (
        0,
        [
            "No key given: trusting the key on first use.",
            f"  {key}",
            "✓ checkpoint 3: signed by record.example/log, 3 entries and all tiles lead to its root",
            "✓ 1 public faces are as the entries left them",
            "  Nothing to compare with from an earlier time; the checkpoint is kept for the next one.",
            f"{live_server.url}/record holds.",
        ],
    )
    say(300)
    status, said = run("verify", f"{live_server.url}/record/", "--state", state)
    assert (status, said.splitlines()[1]) == (0, "✓ it continues the older checkpoint 3")
    (tmp_path / "old").write_text(Checkpoint.objects.get(size=3).note)
    assert run("verify", live_server.url, "--key", key, "--since", tmp_path / "old", "--state", state)[0] == 0
    Entry.objects.filter(index=1).update(body=b"{}")
    status, said = run("verify", live_server.url, "--state", state)
    assert status == 1
    assert "✗ entry 1 cannot be read as an entry" in said
    assert "✗ entry 1 does not have the hash that tile/0/000 says" in said
    assert f"{live_server.url}/record does NOT hold." in said
    assert json.loads(state.read_text())[f"{live_server.url}/record"]["key"] == key


@pytest.mark.django_db
def test_the_command_on_a_directory_and_on_receipts(client, tmp_path, world):
    say(3)
    key, state = str(keys.signer().verifier), tmp_path / "state"
    assert run("record", "export", tmp_path / "out") == (0, f"3 entries written to {tmp_path / 'out'}.\n")
    assert run("verify", tmp_path / "out", "--key", key, "--state", state, "--no-faces")[0] == 0
    file = tmp_path / "entry-1.tlog-proof"
    file.write_bytes(client.get("/record/entry/1.tlog-proof").content)
    status, said = run("verify", file, "--key", key)
    assert (status, said.splitlines()[0]) == (0, "✓ entry 1 is in checkpoint 3 of record.example/log")
    assert run("verify", file)[0] == 2
    file.write_text(file.read_text().replace("index 1", "index 2"))
    assert run("verify", file, "--key", key)[0] == 1
    (tmp_path / "out" / "tile/entries/000.p/3").write_bytes(b"")
    assert run("verify", tmp_path / "out", "--state", state)[0] == 1


@pytest.mark.django_db
def test_another_key_than_the_last_time_is_not_trusted(tmp_path, settings):
    say()
    state = tmp_path / "state"
    export(tmp_path / "out")
    assert run("verify", tmp_path / "out", "--state", state, "--no-faces")[0] == 0
    stranger = note.Signer("record.example/log", bytes(32))
    head = note.TreeHead.parse(note.parse_note((tmp_path / "out" / "checkpoint").read_text())[0])
    (tmp_path / "out" / "checkpoint").write_text(note.sign_note(head.text(), stranger))
    (tmp_path / "out" / "key").write_text(str(stranger.verifier))
    status, said = run("verify", tmp_path / "out", "--state", state, "--no-faces")
    assert status == 1
    assert "✗ checkpoint: none of the keys signed the note" in said
    assert f"are those kept in {state}" in said
    assert run("verify", tmp_path / "out", "--state", state, "--no-faces", "--key", stranger.verifier)[0] == 0


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["ftp://example.org"], "no http or https address"),
        (["file:///etc/passwd"], "no http or https address"),
        (["http://user:secret@example.org"], "must not hold a password"),
        (["/nowhere/at/all"], "is no directory"),
        (["http://127.0.0.1:9"], "127.0.0.1:9"),
        (["http://127.0.0.1:9", "--key", "nonsense"], "form name\\+id\\+key"),
    ],
)
def test_what_cannot_be_verified(tmp_path, words, why):
    status, said = run("verify", *words, "--state", tmp_path / "state")
    assert status == 2
    assert re.search(why, said)


def test_a_state_file_that_is_none(tmp_path):
    (tmp_path / "state").write_text("[1")
    assert run("verify", str(tmp_path), "--state", tmp_path / "state")[0] == 2


@pytest.mark.django_db
def test_public_pages_are_taken_anew_only_when_told(world):
    for name in set(registry.subjects) - {"tests.thing"}:
        del registry.subjects[name]
    world.faces["one"] = {"title": "A call"}
    say()
    world.faces["one"] = {"heading": "A call"}
    assert run("record", "renew-faces") == (
        0,
        "tests.thing:one\nNothing was entered. To enter these, add --yes.\n",
    )
    assert Entry.objects.count() == 1
    assert run("record", "renew-faces", "--yes") == (0, "tests.thing:one\n")
    assert Entry.objects.get(index=1).kind == "record.face_renewed"
    assert run("record", "renew-faces", "--yes") == (0, "")


@pytest.mark.django_db
def test_exporting_before_the_first_entry_and_where_nothing_can_be_written(tmp_path):
    assert run("record", "export", tmp_path / "out") == (0, "The record has no entry yet.\n")
    say()
    (tmp_path / "file").touch()
    assert run("record", "export", tmp_path / "file")[0] == 1
