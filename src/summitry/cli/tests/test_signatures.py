"""`summitry signatures FILE`."""

import json

import pytest

from summitry.cli import main
from summitry.documents import acts, certificate, roll
from summitry.documents.tests.signing import a_certified, an_adopted
from summitry.engines.merkle.note import Verifier
from summitry.record import keys

pytestmark = pytest.mark.django_db


def test_a_copy_is_verified_from_the_file_alone(tmp_path, capsys):
    version = an_adopted()
    a_certified(version)
    rows, _remarks = roll.read(b"name,category\nZed,company")
    acts.take_in_signatories(None, version.document, rows, source="elsewhere.example")
    copy = certificate.copy_of(version)
    file = tmp_path / "copy.json"
    file.write_text(json.dumps(copy))

    def command(*words) -> int:
        with pytest.raises(SystemExit) as left:
            main(["signatures", str(file), *words])
        return left.value.code

    assert command("--key", certificate.key()) == 0
    out = capsys.readouterr().out
    assert "✓ egypt: key, certified" in out
    assert "1 on paper or taken in from elsewhere" in out
    assert command() == 0
    assert "No key given" in capsys.readouterr().out
    copy["copy"]["signatures"][0]["organisation"] = "peru"
    file.write_text(json.dumps(copy))
    assert command() == 1
    assert "does NOT hold" in capsys.readouterr().out
    file.write_text("{}")
    assert command() == 2
    assert Verifier.parse(certificate.key()) == keys.signer().verifier
