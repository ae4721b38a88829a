"""The documentation says everything there is, and its examples run."""

import argparse
import doctest
import importlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from summitry.cli import parser

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"])
SOURCES = sorted(path for path in (ROOT / "src").rglob("*.py") if "tests" not in path.parts)
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def commands(found: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> set[str]:
    """Every command with its sub-commands: "demo", "record export"."""
    names = {" ".join(words)} if words else set()
    for action in found._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, sub in action.choices.items():
                names |= commands(sub, (*words, word))
    return names


def settings_read() -> set[str]:
    """The environment variables that the package reads."""
    read = re.compile(
        r"""(?:environ(?:\.get|\.setdefault)?[\[(]|\b_flag\(|\b_list\()\s*"([A-Z][A-Z0-9_]+)\""""
    )
    return {name for path in SOURCES for name in read.findall(path.read_text())}


def test_every_command_is_documented():
    assert {name for name in commands(parser()) if f"`summitry {name}" not in OPERATIONS} == set()


def test_every_option_is_documented():
    missing = set()

    def walk(found: argparse.ArgumentParser) -> None:
        for action in found._actions:
            if isinstance(action, argparse._SubParsersAction):
                for sub in action.choices.values():
                    walk(sub)
            missing.update(
                option
                for option in action.option_strings
                if option.startswith("--") and option not in OPERATIONS
            )

    walk(parser())
    assert missing - {"--help", "--version", "--no-faces"} == set()


def test_every_setting_is_documented():
    ours_alone = {"DJANGO_SETTINGS_MODULE", "XDG_CACHE_HOME"}
    assert {name for name in settings_read() - ours_alone if f"`{name}`" not in OPERATIONS} == set()


def test_no_setting_is_documented_that_nothing_reads():
    table = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", OPERATIONS, re.MULTILINE))
    elsewhere = (ROOT / "conftest.py").read_text() + (ROOT / ".ci" / "run").read_text()
    assert {name for name in table - settings_read() if name not in elsewhere} == set()


def test_the_reference_lists_every_act_and_every_kind_of_entry():
    """docs/reference.md is made from the code: `uv run python scripts/reference.py`."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        reference = importlib.import_module("reference")
    finally:
        sys.path.pop(0)
    assert reference.silent() == []
    assert (ROOT / "docs" / "reference.md").read_text() == reference.written()


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text()):
        if target.startswith(("http://", "https://", "mailto:", "#")):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve()
        if not found.exists() or (anchor and anchor not in map(_anchor, found.read_text().splitlines())):
            broken.append(target)
    assert broken == []


def _anchor(line: str) -> str:
    heading = re.match(r"#+ (.*)", line)
    return re.sub(r"[^\w\- ]", "", heading.group(1).lower()).replace(" ", "-") if heading else ""


def examples() -> list[tuple[str, str]]:
    """(file, block) of each block of ```console: commands after "$", and below each what it prints."""
    return [
        (path.relative_to(ROOT).as_posix(), block)
        for path in DOCS
        for block in re.findall(r"^```console\n(.*?)^```", path.read_text(), re.MULTILINE | re.DOTALL)
    ]


@pytest.mark.parametrize(("file", "block"), examples())
def test_an_example_prints_what_it_says(file, block, tmp_path):
    environment = {
        key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "SUMMITRY_DEMO"}
    }
    environment |= {"SUMMITRY_DATA": str(tmp_path / "data"), "COLUMNS": "100"}
    for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
        words = shlex.split(command.replace("uv run summitry", "summitry"))
        assert words[0] == "summitry"
        done = subprocess.run(
            [sys.executable, "-m", *words],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
        printed = done.stdout + done.stderr
        pattern = ".*".join(re.escape(part) for part in expected.strip().split("…"))
        assert re.fullmatch(pattern, printed.strip(), re.DOTALL), f"{command}\nprinted:\n{printed}"


@pytest.mark.parametrize(
    "module",
    [
        ".".join(path.relative_to(ROOT / "src").with_suffix("").parts).removesuffix(".__init__")
        for path in SOURCES
        if ">>> " in path.read_text()
    ],
)
def test_examples_in_docstrings_run(module):
    there = importlib.import_module(module)
    offered = {name: getattr(there, name) for name in getattr(there, "__all__", ())}  # some are loaded late
    found = doctest.testmod(there, extraglobs=offered)
    assert (found.failed, found.attempted > 0) == (0, True)
