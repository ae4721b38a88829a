"""The papers that a call asks for: a page with the entry's title."""

from django.core.files.uploadedfile import SimpleUploadedFile

from summitry.calls import fields
from summitry.calls.rules import RuleSet


def asked(rules: RuleSet) -> list[str]:
    """Keys of the questions that want a file when one applies."""
    return [
        one.key
        for one in rules.fields
        if one.required and not one.stage and fields.kind(one.kind).holds_files
    ]


def sheet(title: str) -> SimpleUploadedFile:
    """A PDF of one page that says `title`, in the letters of the first 256 characters of Unicode.

    Written out here (ISO 32000-1, 7.5): what typesets certificates would make the loading seconds longer.
    """
    words = title.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)").encode("latin-1", "replace")
    stream = b"BT /F 18 Tf 72 720 Td (" + words + b") Tj ET"
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(made))
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1) + table + tail
    return SimpleUploadedFile("sample.pdf", made)
