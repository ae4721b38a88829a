"""`summitry export document` and `summitry import document`."""

import argparse

import pytest

from summitry.cli import exporting, importing
from summitry.cli.problem import Problem
from summitry.documents import acts, formats
from summitry.documents.models import Document
from summitry.record.models import Entry

pytestmark = pytest.mark.django_db
TEXT = '---\ntitle: "A text"\n---\n\n# Aims\n\nWe share.\n'


def run(module, *words: str) -> int:
    parser = argparse.ArgumentParser()
    module.add_parser(parser.add_subparsers())
    args = parser.parse_args(words)
    return args.run(args)


@pytest.fixture
def take(tmp_path):
    def take(source: str, *words: str) -> int:
        path = tmp_path / "text.md"
        path.write_text(source)
        return run(importing, "import", "document", str(path), *words)

    return take


@pytest.fixture
def published(take):
    take(TEXT, "--document", "a-text")
    return acts.publish_version(None, Document.objects.get().versions.get())


def test_a_text_comes_in(take, capsys):
    assert take(TEXT, "--document", "a-text", "--dry-run") == 0
    told = [
        "Dry run: nothing has been changed.",
        "a-text, version 1: text in en",
        "  passages        2",
        "  changed         0",
        "  added           2",
        "  removed         0",
        "  moved           0",
        "  renumbered      0",
    ]
    assert capsys.readouterr().out.splitlines() == told
    assert Document.objects.count() == 0
    take(TEXT, "--document", "a-text", "--stage", "concept")
    assert capsys.readouterr().out.splitlines() == told[1:]
    version = Document.objects.get().versions.get()
    assert (str(version.document.title), version.stage) == ("A text", "concept")
    assert [str(one.text) for one in version.provisions.all()] == ["Aims", "We share."]


def test_a_translation_of_what_is_published_enters_the_record(take, published):
    acts.edit_document(None, published.document, published.document.version, languages=["en", "fr"])
    take("# Buts\n\nNous partageons.\n", "--document", "a-text", "--language", "fr")
    assert [one.text.get("fr") for one in published.provisions.all()] == ["Buts", "Nous partageons."]
    assert Entry.objects.order_by("-index").first().kind == "documents.translated"


@pytest.mark.parametrize(
    ("source", "words", "told"),
    [
        (TEXT, [], "Say which document it is"),
        ("No title", ["--document", "new"], "has no title, and there is no document new yet"),
        ("", ["--document", "new"], "The file is empty"),
    ],
)
def test_what_is_lacking_is_said_and_nothing_is_made(take, source, words, told):
    with pytest.raises(Problem, match=told):
        take(source, *words)
    assert Document.objects.count() == 0


def test_a_text_goes_out(published, tmp_path, capsys):
    run(exporting, "export", "document", "a-text", "--format", "markdown", "--out", str(tmp_path / "out"))
    [path] = (tmp_path / "out").iterdir()
    assert path.name == "a-text-1-en.md"
    assert capsys.readouterr().out == f"{path}  {path.stat().st_size:,} bytes\n"
    assert [one.anchor for one in formats.read(path.read_bytes(), "en").passages] == ["p1", "p2"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nowhere"], "There is no document nowhere"),
        (["a-text", "--version", "7"], "a-text has no version 7"),
        (["a-text", "--format", "doc"], "Those that are written: pdf, docx, akn, markdown"),
        (["a-text", "--language", "ru"], "The document has no language ru"),
    ],
)
def test_what_cannot_go_out_is_said(published, tmp_path, words, told):
    with pytest.raises(Problem, match=told):
        run(exporting, "export", "document", *words, "--out", str(tmp_path))
    assert list(tmp_path.glob("a-text*")) == []
