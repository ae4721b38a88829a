"""Which files browsers may fetch."""

import re
from fnmatch import fnmatch
from pathlib import Path

from summitry.cli.static import UNUSED

PACKAGE = Path(__file__).resolve().parents[2]


def test_nothing_that_a_page_names_is_left_out():
    named = {
        name
        for page in PACKAGE.glob("*/templates/**/*.html")
        for name in re.findall(r"{% static [\"']([^\"']+)", page.read_text())
    }
    assert "django_htmx/htmx-2.min.js" in named
    assert [name for name in named for one in UNUSED if fnmatch(Path(name).name, one)] == []
