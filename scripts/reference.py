"""Writes docs/reference.md from the code: every act, every kind of entry, every permission.

uv run python scripts/reference.py
"""

import ast
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "summitry"
OUT = ROOT / "docs" / "reference.md"


def acts() -> list[tuple[str, str, str]]:
    """(room, name, first sentence) of each function that is an act."""
    found = []
    for path in sorted([*PACKAGE.glob("*/acts.py"), *PACKAGE.glob("*/acts/*.py")]):
        room = path.relative_to(PACKAGE).parts[0]
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and _is_act(node):
                found.append((room, node.name, _sentence(ast.get_docstring(node) or "")))
    return found


def _is_act(node: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Name) and one.id in {"act", "single"} for one in node.decorator_list)


def _sentence(words: str) -> str:
    paragraph = " ".join(words.split("\n\n")[0].split())
    head, stop, _ = paragraph.partition(". ")
    return (head + "." if stop else paragraph).replace("|", "\\|")


def silent() -> list[str]:
    """Acts that do not say what they do."""
    return [f"{room}.{name}" for room, name, sentence in acts() if not sentence]


def kinds() -> list[tuple[str, str]]:
    """(kind, sentence) of each kind of entry in the public record."""
    _start()
    from django.utils import translation

    from summitry.record import registry

    with translation.override("en"):
        return [(name, str(kind.sentence)) for name, kind in sorted(registry.kinds.items())]


def permissions() -> list[str]:
    _start()
    from rules.permissions import permissions as registered

    return sorted(registered)


def _start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitry.settings")
    os.environ.setdefault("SUMMITRY_DATA", tempfile.mkdtemp())
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def written() -> str:
    lines = [
        "# Reference",
        "",
        "Made from the code by `uv run python scripts/reference.py`; do not edit.",
        "",
    ]
    lines += ["## Acts", "", "Everything that changes what is true. One function, one transaction.", ""]
    lines += ["| room | act | what it does |", "| --- | --- | --- |"]
    lines += [f"| {room} | `{name}` | {sentence} |" for room, name, sentence in acts()]
    lines += ["", "## Entries of the public record", "", "| kind | what a reader reads |", "| --- | --- |"]
    lines += [f"| `{kind}` | {sentence} |" for kind, sentence in kinds()]
    lines += [
        "",
        "## Permissions",
        "",
        "Each is a predicate over (person, thing) in its room's `permissions.py`.",
        "",
    ]
    lines += [f"- `{name}`" for name in permissions()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    OUT.write_text(written())
