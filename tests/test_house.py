"""The house rules that no linter keeps."""

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "summitry"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted([*PACKAGE.rglob("templates/**/*.html")])
LONGEST = 410  # lines of a file


def name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def own(paths: list[Path]) -> list[Path]:
    return [path for path in paths if "tests" not in path.parts]


def test_no_file_has_grown_beyond_reading():
    long = {name(path): len(path.read_text().splitlines()) for path in own(SOURCES)}
    assert {path: lines for path, lines in long.items() if lines > LONGEST} == {}


def test_views_never_write():
    """A view calls acts; what saves, creates or deletes rows stands in acts.py."""
    writing = re.compile(r"\.(save|create|bulk_create|bulk_update|get_or_create|update_or_create|delete)\(")
    # A form's save() and a session's flush are no rows of ours; each exception says why.
    allowed: dict[str, str] = {}
    found = {}
    for path in own(SOURCES):
        if path.name != "views.py" and path.parent.name != "views":
            continue
        lines = [line.strip() for line in path.read_text().splitlines() if writing.search(line)]
        if lines and name(path) not in allowed:
            found[name(path)] = lines
    assert found == {}


def test_models_never_send_mail_and_acts_never_render():
    wrong = []
    for path in own(SOURCES):
        parts = path.relative_to(PACKAGE).parts
        imported = {
            node.module or ""
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom)
        }
        if "models" in parts or path.name == "models.py":
            wrong += [(name(path), one) for one in imported if one.startswith("django.core.mail")]
        if "acts" in parts or path.name == "acts.py":
            wrong += [(name(path), one) for one in imported if one in {"django.http", "django.shortcuts"}]
    assert wrong == []


def test_every_public_function_says_what_it_is_for():
    """In acts and queries, which other rooms call."""
    silent = []
    for path in own(SOURCES):
        parts = path.relative_to(PACKAGE).parts
        if not ({"acts", "queries"} & set(parts) or path.name in {"acts.py", "queries.py"}):
            continue
        for node in ast.parse(path.read_text()).body:
            public = isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            if public and not ast.get_docstring(node) and path.name != "__init__.py":
                silent.append(f"{name(path)}: {node.name}")
    assert silent == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_keeps_the_content_policy(path):
    """No inline style, no inline script, no handler in an attribute: the policy would stop them."""
    text = path.read_text()
    assert re.findall(r"<[^>]*\sstyle=[^>]*>", text) == []
    assert re.findall(r"<[^>]*\son[a-z]+=[^>]*>", text) == []
    assert [
        tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag and "ld+json" not in tag
    ] == []


def test_every_icon_that_a_template_or_an_entry_names_is_drawn():
    drawn = set(
        re.findall(r'<symbol[^>]*id="i-([\w-]+)"', (PACKAGE / "site/static/summitry/icons.svg").read_text())
    )
    named = {
        (name(path), icon)
        for path in [*TEMPLATES, *own(SOURCES)]
        for icon in re.findall(r"""{% icon "([\w-]+)\"""", path.read_text())
        + re.findall(r"""\bicon="([\w-]+)\"""", path.read_text())
    }
    assert {(path, icon) for path, icon in named if icon not in drawn} == set()


def test_dates_are_written_as_each_language_writes_them():
    """A day, a month and a year in one fixed order would be wrong in Chinese, at least."""
    fixed = re.compile(r"""(?:date:|date_format\([^"'\n]*)["'][^"']*[jd][^"'\w]+[FMNbE]""")
    assert [name(path) for path in [*TEMPLATES, *own(SOURCES)] if fixed.search(path.read_text())] == []


def test_styles_are_for_both_directions():
    """Logical properties only: Arabic is no special case."""
    physical = re.compile(
        r"(?<![\w-])(margin|padding|border)-(left|right)|(?<![\w-])(left|right)\s*:|text-align\s*:\s*(left|right)|float\s*:\s*(left|right)"
    )
    found = {}
    for path in PACKAGE.rglob("static/**/*.css"):
        lines = [line.strip() for line in path.read_text().splitlines() if physical.search(line)]
        if lines:
            found[name(path)] = lines
    assert found == {}


def test_strings_are_marked_by_names_that_the_extraction_knows():
    """A string under another name would never reach the translators."""
    odd = re.compile(r"import .*gettext\w* as (?!_\b)|^_\w+ = \w*gettext", re.MULTILINE)
    assert [str(path) for path in sorted(PACKAGE.rglob("*.py")) if odd.search(path.read_text())] == []
