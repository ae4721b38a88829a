"""Two processes of several threads each enter at once, on their own database: one log, no gap, no fork."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

ACTS = 12  # each thread
ENTER = f"""
import threading, django
django.setup()
from django.db import connection
from summitry.record.act import act
from summitry.record.acts import enter

@act
def say(number):
    enter("tests.said", subject="tests.thing:one", facts={{"n": number}}, by="secretariat")
    if number % 3 == 0:
        enter("tests.more", subject="tests.thing:two", facts={{}}, by="secretariat", private={{"a": number}})

def work():
    for number in range({ACTS}):
        say(number)
    connection.close()

threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
LOOK = """
import json, django
django.setup()
from summitry.engines.merkle.tree import Tree
from summitry.record.models import Checkpoint, Entry
entries = list(Entry.objects.order_by("index"))
tree = Tree(entry.body for entry in entries)
print(json.dumps({
    "indexes": [entry.index for entry in entries],
    "sizes": list(Checkpoint.objects.order_by("size").values_list("size", flat=True)),
    "roots": all(tree.root(one.size) == one.root for one in Checkpoint.objects.all()),
}))
"""


@pytest.mark.django_db(transaction=True)
def test_two_processes_enter_at_once(tmp_path):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "summitry.settings",
        "SUMMITRY_DATA": str(tmp_path),
    }
    if connection.vendor == "sqlite":
        environment["DATABASE_URL"] = f"sqlite:///{tmp_path / 'together.sqlite3'}"
    else:
        to = connection.settings_dict
        login = f"{to['USER']}:{to['PASSWORD']}" if to["PASSWORD"] else to["USER"]
        environment["DATABASE_URL"] = f"postgres://{login}@{to['HOST']}:{to['PORT'] or 5432}/{to['NAME']}"

    def python(code):
        return subprocess.Popen(
            [sys.executable, "-c", code],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    if connection.vendor == "sqlite":  # a file of its own; elsewhere the tests' tables are there
        migrate = python(
            "import django; django.setup(); from django.core.management import call_command;"
            "call_command('migrate', 'record', verbosity=0)"
        )
        assert migrate.communicate()[1] == ""
    for process in [python(ENTER), python(ENTER)]:
        assert process.communicate() == ("", "")
        assert process.returncode == 0
    found = json.loads(python(LOOK).communicate()[0])
    entries = 6 * (ACTS + ACTS // 3)
    assert found["indexes"] == list(range(entries))
    assert found["roots"] is True
    assert len(found["sizes"]) == 6 * ACTS
    assert found["sizes"][-1] == entries
