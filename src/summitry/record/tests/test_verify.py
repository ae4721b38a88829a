"""The verifier against the real doors and an exported directory: what holds holds, and one changed row is
seen.
"""

import contextlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from summitry.engines.merkle import note, tree
from summitry.record import canonical, keys, log, queries, registry, sources
from summitry.record.acts import renew_faces
from summitry.record.export import export
from summitry.record.models import Checkpoint, Entry, Node
from summitry.record.verify import verify

from .factories import say


class Doors:
    """The real doors through Django's test client."""

    place = "doors"

    def __init__(self, client):
        self.client = client

    def read(self, path, most):
        answer = self.client.get(f"/record/{path}")
        if answer.status_code != 200:
            raise sources.Missing(f"{path} is not there ({answer.status_code})")
        data = b"".join(answer) if answer.streaming else answer.content
        assert len(data) <= most
        return data

    def lines(self, path, longest, most):
        yield from self.read(path, most).splitlines()


@pytest.fixture
def log_of_600(db, world):
    """600 entries in three acts; two subjects with faces, one of them changed once."""
    for name in set(registry.subjects) - {"tests.thing"}:
        del registry.subjects[name]
    world.faces.update({"one": {"title": {"en": "A call"}}, "two": {"title": {"en": "Another"}}})
    say(298)
    say(2, subject="tests.thing:two")
    world.faces["one"] = {"title": {"en": "A call, changed"}}
    say(300)
    return world


def reports(client, tmp_path, **options):
    """The verifier's report through the doors and through a directory: they must say the same."""
    key = keys.signer().verifier
    by_doors = verify(Doors(client), key, **options)
    place = tmp_path / f"export-{len(list(tmp_path.iterdir()))}"
    export(place)
    by_files = verify(sources.open_source(str(place)), key, **options)
    assert (by_doors.faults, by_doors.notes) == (by_files.faults, by_files.notes)
    return by_doors


def test_what_was_not_touched_holds(client, tmp_path, log_of_600):
    report = reports(client, tmp_path)
    assert report.faults == []
    assert report.notes == [
        "checkpoint 600: signed by record.example/log, 600 entries and all tiles lead to its root",
        "2 public faces are as the entries left them",
    ]
    assert report.head.root == queries_root()


def queries_root():
    return tree.Tree(Entry.objects.order_by("index").values_list("body", flat=True)).root()


def body_with(index, **changes):
    said = {**Entry.objects.get(index=index).said, **changes}
    return canonical.encode(said)


def changed(index, **changes):
    Entry.objects.filter(index=index).update(body=body_with(index, **changes))


def with_leaf(index, **changes):
    body = body_with(index, **changes)
    Entry.objects.filter(index=index).update(body=body, leaf=tree.hash_leaf(body))


ROOT = r"the entries do not give the root of checkpoint 600: [0-9a-f]{64} instead of [0-9a-f]{64}"
ENTRY_7 = r"entry 7 does not have the hash that tile/0/000 says"
NODE_0 = r"tile/1/000\.p/2: hash 0, over entries 0 to 255, is not that of the entries"
TAMPERINGS = {
    "a fact": (lambda: changed(7, facts={"n": 8}), [ENTRY_7, NODE_0, ROOT]),
    "the kind": (lambda: changed(7, kind="tests.closed"), [ENTRY_7, NODE_0, ROOT]),
    "the moment": (lambda: changed(7, at="2020-01-01T00:00:00.000000Z"), [ENTRY_7, NODE_0, ROOT]),
    "the role": (lambda: changed(7, by="secretariat"), [ENTRY_7, NODE_0, ROOT]),
    "the subject": (lambda: changed(7, subject="tests.other:x"), [ENTRY_7, NODE_0, ROOT]),
    "the last entry": (
        lambda: changed(599, facts={}),
        [r"entry 599 does not have the hash that tile/0/002\.p/88 says", ROOT],
    ),
    "an entry and its hash": (lambda: with_leaf(7, facts={"n": 8}), [NODE_0, ROOT]),
    "a hash only": (lambda: Entry.objects.filter(index=7).update(leaf=bytes(32)), [ENTRY_7]),
    "a node": (lambda: Node.objects.filter(place=0).update(hash=bytes(32)), [NODE_0]),
    "a body that is no JSON": (
        lambda: Entry.objects.filter(index=7).update(body=b"{"),
        [r"entry 7 cannot be read as an entry: .*", ENTRY_7, NODE_0, ROOT],
    ),
    "a removed node": (
        lambda: Node.objects.filter(place=1).delete(),
        [r"tile/1/000\.p/2 has 32 bytes, not 64"],
    ),
    "a removed entry": (
        lambda: Entry.objects.filter(index=7).delete(),
        [r"tile/entries/000 holds 255 entries, not 256", r"there are 0 entries, the checkpoint says 600"],
    ),
    "the checkpoint's note": (
        lambda: Checkpoint.objects.filter(size=600).update(
            note=Checkpoint.objects.get(size=600).note.replace("\n600\n", "\n599\n")
        ),
        [r"checkpoint: the signature of record\.example/log is wrong"],
    ),
    "a face": (lambda: None, [r"tests\.thing:two does not say in public what entry 299 left there"]),
    "a vanished face": (
        lambda: None,
        [r"tests\.thing:two has no public face any more, but entry 299 left one"],
    ),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_one_changed_row_is_seen(client, tmp_path, log_of_600, name):
    spoil, expected = TAMPERINGS[name]
    if name == "a face":
        log_of_600.faces["two"] = {"title": {"en": "Something else"}}
    if name == "a vanished face":
        del log_of_600.faces["two"]
    spoil()
    report = reports(client, tmp_path)
    assert len(report.faults) == len(expected), report.faults
    for fault, pattern in zip(report.faults, expected, strict=True):
        assert re.fullmatch(pattern, fault), fault


def test_a_changed_root_beside_the_note_stops_the_signing(log_of_600):
    """The root column is no public datum (the note is): whoever changes it stops all further acts."""
    Checkpoint.objects.filter(size=600).update(root=bytes(32))
    with pytest.raises(log.BrokenLog):
        say()


def test_a_thing_without_an_entry_and_one_taken_away(client, tmp_path, log_of_600):
    kept = log_of_600.faces.pop("two")
    say(1, subject="tests.thing:two")
    assert reports(client, tmp_path).holds
    log_of_600.faces["two"] = kept
    assert reports(client, tmp_path).faults == [
        "tests.thing:two has a public face, but entry 600 took it away"
    ]
    del log_of_600.faces["two"]
    Entry.objects.filter(index=0).update(subject="tests.thing:forged")
    log_of_600.faces["forged"] = 1
    assert reports(client, tmp_path).faults == [
        "tests.thing:forged has a public face, but no entry speaks of it"
    ]


def test_faces_can_be_left_out_or_missing(client, tmp_path, log_of_600):
    log_of_600.faces.clear()
    assert reports(client, tmp_path, faces=False).notes == [
        "checkpoint 600: signed by record.example/log, 600 entries and all tiles lead to its root"
    ]
    export(tmp_path / "e")
    (tmp_path / "e" / "faces.jsonl").unlink()
    report = verify(sources.open_source(str(tmp_path / "e")), keys.signer().verifier)
    assert report.faults == ["faces.jsonl is missing, but entries speak of 2 public faces"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{", r"faces\.jsonl: line 3 cannot be read: .*"),
        (b'{"subject":5,"face":1}', r"faces\.jsonl: line 3 names no subject"),
        (
            b'{"subject":"tests.thing:one","face":1.5}',
            r"faces\.jsonl: line 3 cannot be read: value: 1.5 is a float.*",
        ),
        (
            b'{"subject":"tests.thing:two","face":{"title":{"en":"Another"}}}',
            r"tests.thing:two: its .* given twice",
        ),
    ],
)
def test_spoiled_faces(tmp_path, log_of_600, line, why):
    export(tmp_path / "e")
    with (tmp_path / "e" / "faces.jsonl").open("ab") as file:
        file.write(line)
    (fault,) = verify(sources.open_source(str(tmp_path / "e")), keys.signer().verifier).faults
    assert re.fullmatch(why, fault)


def test_an_act_while_faces_are_read_is_no_fault(client, log_of_600):
    class Growing(Doors):
        def lines(self, path, longest, most):
            if Entry.objects.count() == 600:
                log_of_600.faces["two"] = {"title": {"en": "Decided meanwhile"}}
                say(1, subject="tests.thing:two")
            return super().lines(path, longest, most)

    report = verify(Growing(client), keys.signer().verifier)
    assert report.faults == []
    assert report.head.size == 601


def test_a_rewritten_log_is_seen_by_whoever_kept_a_checkpoint(client, tmp_path, log_of_600):
    """Even the holder of the key cannot rewrite history: everything signed anew, and yet."""
    kept = Checkpoint.objects.get(size=298).note
    assert reports(client, tmp_path, since=kept).notes[1] == "it continues the older checkpoint 298"
    with_leaf(7, facts={"n": 8})
    whole = tree.Tree(Entry.objects.order_by("index").values_list("body", flat=True))
    for place in (0, 1):
        Node.objects.filter(place=place).update(hash=whole.node(8, place))
    for size in (298, 300, 600):
        text = note.TreeHead("record.example/log", size, whole.root(size)).text()
        signed = note.sign_note(text, keys.signer())
        Checkpoint.objects.filter(size=size).update(root=whole.root(size), note=signed)
    assert reports(client, tmp_path).holds
    assert reports(client, tmp_path, since=kept).faults == [
        "the record was rewritten: its first 298 entries are not those of the checkpoint of 298 that was "
        "signed before"
    ]
    Checkpoint.objects.filter(size=600).delete()
    Checkpoint.objects.filter(size=300).delete()
    Entry.objects.filter(index__gte=298).delete()
    longer = note.sign_note(note.TreeHead("record.example/log", 300, bytes(32)).text(), keys.signer())
    report = verify(Doors(client), keys.signer().verifier, since=longer, faces=False)
    assert report.faults == [
        "the record is shorter than it was: checkpoint 300 was signed before, now it is 298"
    ]
    other = note.sign_note(note.TreeHead("x", 1, bytes(32)).text(), note.Signer("x", bytes(32)))
    assert verify(Doors(client), keys.signer().verifier, since=other, faces=False).faults == [
        "the older checkpoint: none of the keys signed the note"
    ]


def test_faces_are_taken_anew_for_all_to_see(client, tmp_path, log_of_600):
    """After an update that shows the same in another form, the operator says so in the record."""
    log_of_600.faces.update({"one": {"heading": "A call, changed"}, "two": None})
    assert len(reports(client, tmp_path).faults) == 2
    assert queries.changed_faces() == ["tests.thing:one", "tests.thing:two"]
    assert renew_faces() == ["tests.thing:one", "tests.thing:two"]
    assert reports(client, tmp_path).faults == []
    made = Entry.objects.order_by("index")[600:]
    assert [(one.kind, one.subject, one.said["by"]) for one in made] == [
        ("record.face_renewed", "tests.thing:one", "operator"),
        ("record.face_renewed", "tests.thing:two", "operator"),
    ]
    assert renew_faces() == []


def test_another_key_signs_nothing_here(client, log_of_600):
    stranger = note.Signer("record.example/log", bytes(32)).verifier
    assert verify(Doors(client), stranger).faults == ["checkpoint: none of the keys signed the note"]


@pytest.mark.parametrize(
    "path", ["tile/entries/000", "tile/entries/002.p/88", "tile/0/001", "tile/1/000.p/2"]
)
def test_every_byte_of_a_directory_counts(tmp_path, log_of_600, path):
    export(tmp_path / "e")
    key, file = keys.signer().verifier, tmp_path / "e" / path
    whole = file.read_bytes()
    for spoiled in (whole[:-1], whole + b"\0", whole[:40] + bytes([whole[40] ^ 1]) + whole[41:], b""):
        file.write_bytes(spoiled)
        assert not verify(sources.open_source(str(tmp_path / "e")), key).holds
    file.unlink()
    assert not verify(sources.open_source(str(tmp_path / "e")), key).holds
    file.write_bytes(whole)
    assert verify(sources.open_source(str(tmp_path / "e")), key).holds


def test_no_more_faults_are_told_than_can_be_read(tmp_path, log_of_600):
    export(tmp_path / "e")
    (tmp_path / "e" / "tile/0/000").write_bytes(bytes(8192))
    report = verify(sources.open_source(str(tmp_path / "e")), keys.signer().verifier)
    assert (len(report.faults), report.unsaid) == (20, 236)


# -- hostile servers -------------------------------------------------------------------------------
@pytest.fixture
def server():
    """A server that answers each path as `pages` says: (status, headers, body)."""
    pages = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            status, headers, body = pages.get(self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                for part in body if isinstance(body, list) else [body]:
                    self.wfile.write(part)

        def log_message(self, *args):
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=found.serve_forever)
    thread.start()
    found.pages, found.url = pages, f"http://127.0.0.1:{found.server_port}"
    yield found
    found.shutdown()
    found.server_close()
    thread.join()


def test_reads_are_bounded(server):
    server.pages["/record/key"] = (200, {}, [b"x" * 65536] * 100)
    with pytest.raises(sources.SourceError, match="key is longer than 4,096 bytes"):
        sources.open_source(f"{server.url}/record").read("key", 4096)


def test_a_bomb_is_not_unpacked(server):
    import gzip

    packed = gzip.compress(bytes(50_000_000))
    server.pages["/record/key"] = (200, {"Content-Encoding": "gzip"}, packed)
    source = sources.open_source(f"{server.url}/record")
    with pytest.raises(sources.SourceError, match="longer"):
        source.read("key", 100_000)
    assert len(source.read("key", 50_000_000)) == 50_000_000
    server.pages["/record/key"] = (200, {"Content-Encoding": "gzip"}, b"not gzip")
    with pytest.raises(sources.SourceError, match="not valid gzip"):
        source.read("key", 100)


def test_redirects_stay_on_the_host(server):
    source = sources.open_source(f"{server.url}/record")
    server.pages["/record/key"] = (302, {"Location": "/record/other"}, b"")
    server.pages["/record/other"] = (200, {}, b"here")
    assert source.read("key", 100) == b"here"
    for elsewhere in (
        "http://example.org/key",
        "file:///etc/passwd",
        server.url.replace("127.0.0.1", "localhost"),
    ):
        server.pages["/record/key"] = (302, {"Location": elsewhere}, b"")
        with pytest.raises(sources.SourceError):
            source.read("key", 100)
    server.pages["/record/key"] = (302, {"Location": "/record/key"}, b"")
    with pytest.raises(sources.SourceError):
        source.read("key", 100)


def test_a_server_in_trouble_is_not_called_a_liar(server):
    server.pages["/record/key"] = (503, {}, b"")
    with pytest.raises(sources.SourceError, match="answers 503"):
        sources.open_source(f"{server.url}/record").read("key", 100)
    server.pages["/record/key"] = (200, {"Content-Length": "100"}, b"short")
    with pytest.raises(sources.SourceError):
        sources.open_source(f"{server.url}/record").read("key", 100)


def test_long_lines_and_long_files_are_refused(tmp_path):
    (tmp_path / "checkpoint").touch()
    (tmp_path / "faces.jsonl").write_bytes(b"a\nbb\n\nccc")
    source = sources.open_source(str(tmp_path))
    assert list(source.lines("faces.jsonl", 10, 100)) == [b"a", b"bb", b"", b"ccc"]
    with pytest.raises(sources.SourceError, match="line longer than 2 bytes"):
        list(source.lines("faces.jsonl", 2, 100))
    with pytest.raises(sources.SourceError, match="longer than 5 bytes"):
        list(source.lines("faces.jsonl", 10, 5))
    with pytest.raises(sources.Missing):
        source.read("key", 1)


def test_a_log_too_large_to_read_is_refused_before_it_is_read(tmp_path):
    signer = note.Signer("x", bytes(32))
    head = note.TreeHead("x", 10**18, bytes(32))
    (tmp_path / "checkpoint").write_text(note.sign_note(head.text(), signer))
    with pytest.raises(sources.SourceError, match="at most 50,000,000"):
        verify(sources.open_source(str(tmp_path)), signer.verifier)


def test_the_verifier_needs_no_django():
    """In a process of its own: neither Django nor a database is loaded."""
    import subprocess
    import sys

    code = (
        "import sys, summitry.record.verify, summitry.cli.verify; from summitry.record import canonical;"
        "canonical.encode({'a': [1, 'b', None]});"
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
