"""Notes, checkpoints, keys and receipts: the specification's own example, and all that must be refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from summitry.engines.merkle.note import (
    NoteError,
    Signer,
    TreeHead,
    Verifier,
    b64,
    open_checkpoint,
    open_note,
    parse_note,
    sign_note,
)
from summitry.engines.merkle.receipt import Receipt
from summitry.engines.merkle.tree import ProofError, Tree

# The example of c2sp.org/signed-note.
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n"
    "\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72I"
    "neyaQM=\n"
)
SIGNER = Signer("example.com/log", bytes(range(32)))
OTHER = Signer("witness.example", bytes(range(1, 33)))
ROOT = bytes(range(32))


def test_the_example_of_the_specification():
    key = Verifier.parse(VKEY)
    assert (key.name, key.key_id.hex(), str(key)) == ("example.com/foo", "530d903a", VKEY)
    assert open_note(NOTE, key) == ("This is an example message.\n", [key])


def test_ed25519_is_that_of_rfc_8032():
    """RFC 8032, 7.1, test 1: the key of the seed, and the signature of the empty message."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    signature = bytes.fromhex(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    verifier = Signer("rfc", seed).verifier
    assert verifier.key.hex() == public
    assert verifier.verify(b"", signature)
    assert not verifier.verify(b"x", signature)


@given(
    st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), min_size=1),
    st.binary(min_size=32, max_size=32),
)
@settings(max_examples=50)
def test_what_is_signed_opens(line, seed):
    signer = Signer("example.com/log", seed)
    note = sign_note(f"{line}\n\nmore\n", OTHER, signer)
    assert open_note(note, signer.verifier) == (f"{line}\n\nmore\n", [signer.verifier])
    assert Verifier.parse(str(signer.verifier)) == signer.verifier


def test_signatures_by_others_are_ignored():
    note = sign_note("text\n", OTHER, SIGNER)
    assert open_note(note, SIGNER.verifier) == ("text\n", [SIGNER.verifier])
    assert open_note(note, SIGNER.verifier, OTHER.verifier)[1] == [OTHER.verifier, SIGNER.verifier]
    with pytest.raises(NoteError, match="none of the keys"):
        open_note(sign_note("text\n", OTHER), SIGNER.verifier)


def test_the_same_name_with_another_key_is_another_key():
    imposter = Signer(SIGNER.name, bytes(32))
    with pytest.raises(NoteError, match="none of the keys"):
        open_note(sign_note("text\n", imposter), SIGNER.verifier)
    forged = f"text\n\n— {SIGNER.name} {b64(SIGNER.verifier.key_id + bytes(64))}\n"
    with pytest.raises(NoteError, match=r"signature of example\.com/log is wrong"):
        open_note(forged, SIGNER.verifier)


def test_every_changed_byte_of_a_note_is_seen():
    note = sign_note(TreeHead("example.com/log", 7, ROOT).text(), SIGNER)
    for at, char in enumerate(note):
        spoiled = note[:at] + ("B" if char == "A" else "A") + note[at + 1 :]
        with pytest.raises(NoteError):
            open_checkpoint(spoiled, SIGNER.verifier)
    for at in range(len(note)):
        with pytest.raises(NoteError):
            open_checkpoint(note[:at], SIGNER.verifier)


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("text\n", "no signatures"),
        ("text\n\n— a QUJDREU=", "no signatures"),
        ("text\n\n- a QUJDREU=\n", "not a signature line"),
        ("text\n\n— a\n", "not a signature line"),
        ("text\n\n— a QUJD!REU=\n", "not base64"),
        ("text\n\n— a QUJDREV=\n", "not canonical"),
        ("text\n\n— a QUJDRA==\n", "too short"),
        ("text\n\n— a+b QUJDREU=\n", "no key name"),
        ("te\txt\n\n— a QUJDREU=\n", "control characters"),
        ("text\n\n" + "— a QUJDREU=\n" * 101, "more than 100"),
        ("x" * 1_000_001, "longer"),
    ],
)
def test_what_is_no_note(note, why):
    with pytest.raises(NoteError, match=why):
        parse_note(note)


@pytest.mark.parametrize(
    ("vkey", "why"),
    [
        ("", "name\\+id\\+key"),
        ("a+b", "name\\+id\\+key"),
        (VKEY.replace("530d903a", "530d903b"), "id does not fit"),
        (VKEY.replace("example.com/foo", "example.com/fop"), "id does not fit"),
        ("a+00000000+AAAA", "not an Ed25519"),
        ("a+00000000+AQAA", "32 bytes"),
        ("a+00000000+A", "base64"),
        ("a b+00000000+" + VKEY.split("+")[2], "no key name"),
        ("+00000000+" + VKEY.split("+")[2], "no key name"),
    ],
)
def test_what_is_no_key(vkey, why):
    with pytest.raises(NoteError, match=why):
        Verifier.parse(vkey)


def test_a_checkpoint_by_the_byte():
    head = TreeHead("example.com/log", 20852163, ROOT)
    assert head.text() == "example.com/log\n20852163\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    assert TreeHead.parse(head.text()) == head
    assert TreeHead.parse(head.text() + "more\n").extension == ("more",)
    assert open_checkpoint(sign_note(head.text(), SIGNER), SIGNER.verifier) == head


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a\n1\n", "at least three lines"),
        ("\n1\nAAAA\n", "names its origin"),
        (f"a\n01\n{b64(ROOT)}\n", "no tree size"),
        (f"a\n-1\n{b64(ROOT)}\n", "no tree size"),
        (f"a\n٣\n{b64(ROOT)}\n", "no tree size"),
        (f"a\n{'9' * 20}\n{b64(ROOT)}\n", "no tree size"),
        ("a\n1\nAAAA\n", "32 bytes"),
        ("a\n1\n?\n", "not base64"),
        (f"a\n1\n{b64(ROOT)}\n\nb\n", "no empty lines"),
    ],
)
def test_what_is_no_checkpoint(text, why):
    with pytest.raises(NoteError, match=why):
        TreeHead.parse(text)


def test_a_checkpoint_of_another_origin():
    note = sign_note(TreeHead("example.com/other", 1, ROOT).text(), SIGNER)
    with pytest.raises(NoteError, match=r"of example\.com/other, not of example\.com/log"):
        open_checkpoint(note, SIGNER.verifier)


def receipt(index=3, size=7, extra=b"entry 3"):
    tree = Tree(b"entry %d" % number for number in range(size))
    note = sign_note(TreeHead("example.com/log", size, tree.root()).text(), SIGNER)
    return Receipt(index, tuple(tree.inclusion(index)), note, extra)


def test_a_receipt_reads_back_and_verifies():
    for index in range(7):
        for extra in (None, b"entry %d" % index):
            made = receipt(index, extra=extra)
            assert Receipt.parse(str(made)) == made
            assert made.verify(SIGNER.verifier, b"entry %d" % index).size == 7
    alone = receipt(0, 1, b"entry 0")
    assert Receipt.parse(str(alone)) == alone
    assert str(alone).startswith(
        "c2sp.org/tlog-proof@v1\nextra ZW50cnkgMA==\nindex 0\n\nexample.com/log\n1\n"
    )


def test_a_receipt_that_does_not_prove():
    with pytest.raises(ProofError):
        receipt(extra=b"another").verify(SIGNER.verifier)
    with pytest.raises(NoteError, match="does not hold the entry"):
        receipt(extra=None).verify(SIGNER.verifier)
    with pytest.raises(NoteError, match="none of the keys"):
        receipt().verify(OTHER.verifier)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.replace("@v1", "@v2"), "begins with"),
        (lambda text: text.replace("\n\n", "\n"), "begins with"),
        (lambda text: text.replace("index 3\n", ""), "names the index"),
        (lambda text: text.replace("index 3", "index 03"), "names the index"),
        (lambda text: text.replace("index 3", "index -3"), "names the index"),
        (lambda text: text.replace("index 3\n", "index 3\nAAAA\n"), "32 bytes"),
        (lambda text: text.replace("index 3\n", "index 3\n?\n"), "not base64"),
        (lambda text: text.replace("extra ", "extra ?"), "not base64"),
        (lambda text: text.replace("index 3\n", "index 3\n" + f"{b64(ROOT)}\n" * 64), "at most 63"),
        (lambda text: text * 10_000, "longer"),
    ],
)
def test_what_is_no_receipt(change, why):
    with pytest.raises(NoteError, match=why):
        Receipt.parse(change(str(receipt())))
