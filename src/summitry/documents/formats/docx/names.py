"""Names of WordprocessingML, and of the styles by which our own files come back."""

from ..xml import Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"  # the same elements in files "Strict Open XML"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Styles, by name: Word keeps a name in every language of its own, but for those that it knows itself, whose
# names in the file are English ("heading 1").
NUMBER = "Passage Number"
LANGUAGE = "Passage Language "  # and a code
PROVENANCE = "Provenance"
ITEM = "Passage Item "  # and a depth
LANGUAGE_MARK = "lang_"  # and a code, "-" as "_": a bookmark in the head of a column


def w(tag: str) -> str:
    return f"{{{W}}}{tag}"


def value(parent: Element | None, tag: str, default: str = "") -> str:
    """The w:val of a child."""
    found = parent.find(w(tag)) if parent is not None else None
    return found.get(w("val"), default) if found is not None else default


def on(parent: Element | None, tag: str) -> bool:
    """Whether a toggle is set."""
    found = parent.find(w(tag)) if parent is not None else None
    return found is not None and found.get(w("val"), "1") not in {"0", "false", "off"}
