"""The interface in six languages: `uv run python scripts/translations.py extract | compile | check`.

extract  brings the catalogues up to date with the strings of code and templates; new ones come in empty
compile  writes the .mo files that Django reads
check    fails, naming each place, if a string is missing, untranslated or fuzzy, a plural form is lacking,
         a placeholder differs, or a .mo file is older than its .po

Needs GNU gettext.
"""

import os
import re
import shutil
import string
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

PACKAGE = Path(__file__).resolve().parent.parent / "src" / "summitry"
LOCALES = ("ar", "es", "fr", "ru", "zh_Hans")  # English is what the code says
PERCENT = re.compile(r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%[sdr]")


def extract(package: Path) -> None:
    """Runs Django's own makemessages in this folder; without settings, so that it writes nowhere else."""
    (package / "locale").mkdir(exist_ok=True)
    words = [sys.executable, "-m", "django", "makemessages", "--no-obsolete", "--no-wrap"]
    words += ["--add-location", "file", "--ignore", "static", "--ignore", "tests"]
    words += [part for locale in LOCALES for part in ("-l", locale)]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(words, cwd=package, env=environment, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr or done.stdout)


def compile_all(package: Path) -> None:
    for locale in LOCALES:
        path = catalogue(package, locale)
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def catalogue(package: Path, locale: str) -> Path:
    return package / "locale" / locale / "LC_MESSAGES" / "django.po"


def placeholders(text: str) -> set[str]:
    """The names in "%(name)s" and "{name}", and each plain %s.

    >>> sorted(placeholders("%(n)d of {total}"))
    ['n', 'total']
    """
    named = {match.group(1) or match.group(0) for match in PERCENT.finditer(text.replace("%%", ""))}
    try:
        braced = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    except ValueError:  # a lone brace is only a brace
        braced = set()
    return named | {name for name in braced if name.isidentifier()}


def faults(found: polib.POFile, locale: str) -> Iterator[str]:
    """What is wrong in a catalogue that was just brought up to date."""
    stated = re.search(r"nplurals\s*=\s*(\d+)", found.metadata.get("Plural-Forms", ""))
    plurals = int(stated.group(1)) if stated else 0
    for entry in found:
        if entry.obsolete:
            continue
        name = f"{locale}: {entry.msgid!r}" + (f" ({entry.msgctxt})" if entry.msgctxt else "")
        if entry.fuzzy:
            yield f"{name} is fuzzy"
            continue
        if not entry.msgid_plural:
            if not entry.msgstr:
                yield f"{name} is not translated"
            elif placeholders(entry.msgid) != placeholders(entry.msgstr):
                yield f"{name} has other placeholders in its translation: {entry.msgstr!r}"
            continue
        forms = entry.msgstr_plural
        if len(forms) != plurals or not all(forms.values()):
            yield f"{name} lacks plural forms: {plurals} are needed"
            continue
        allowed = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
        for form, words in forms.items():
            if not placeholders(words) <= allowed:
                yield f"{name} has other placeholders in plural form {form}: {words!r}"
        if placeholders(forms[max(forms)]) != placeholders(entry.msgid_plural):  # the form for most numbers
            yield f"{name} has other placeholders in its last plural form: {forms[max(forms)]!r}"


def stale(locale: str) -> bool:
    """Whether the .mo file says anything else than its .po file."""
    path = catalogue(PACKAGE, locale)
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.read_bytes() != polib.pofile(str(path)).to_binary()


def check() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "summitry"
        left_out = shutil.ignore_patterns("static", "tests", "__pycache__", "*.mo")
        shutil.copytree(PACKAGE, copy, ignore=left_out)
        extract(copy)
        found = [
            fault
            for locale in LOCALES
            for fault in faults(polib.pofile(str(catalogue(copy, locale))), locale)
        ]
    for locale in LOCALES:
        if not catalogue(PACKAGE, locale).exists():
            found.append(f"{locale}: there is no catalogue")
        elif stale(locale):
            found.append(f"{locale}: the .mo file is not of this .po: run scripts/translations.py compile")
    return found


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["extract"]:
            extract(PACKAGE)
        case ["compile"]:
            compile_all(PACKAGE)
        case ["check"]:
            if problems := check():
                print("\n".join(problems[:200]))
                sys.exit(f"{len(problems)} faults in the translations")
            print(f"complete in {len(LOCALES) + 1} languages")
        case _:
            sys.exit(__doc__)
