"""What may be asked of documents."""

from .comparison import Comparison, comparison
from .desk import any_version, desk_documents, draft_of, owed, passages_to_translate, waiting
from .machine import texts_of, to_translate
from .public import by_slug, lineage, listed, public_versions, publication, published, reader_of, version
from .reading import Page, page, provisions

__all__ = [
    "Comparison",
    "Page",
    "any_version",
    "by_slug",
    "comparison",
    "desk_documents",
    "draft_of",
    "lineage",
    "listed",
    "owed",
    "page",
    "passages_to_translate",
    "provisions",
    "public_versions",
    "publication",
    "published",
    "reader_of",
    "texts_of",
    "to_translate",
    "version",
    "waiting",
]
