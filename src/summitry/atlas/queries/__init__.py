"""What may be asked of the library of cases."""

from .desk import DeskRow, desk_cases, lacking, waiting
from .detail import CasePage, case_face, case_page, claims
from .facets import Facet, Value, facets
from .filters import FACETS, SORTS, Filters, found, published
from .library import MapPoints, Row, map_points, newest, of_organisation, of_person, page, rows

__all__ = [
    "FACETS",
    "SORTS",
    "CasePage",
    "DeskRow",
    "Facet",
    "Filters",
    "MapPoints",
    "Row",
    "Value",
    "case_face",
    "case_page",
    "claims",
    "desk_cases",
    "facets",
    "found",
    "lacking",
    "map_points",
    "newest",
    "of_organisation",
    "of_person",
    "page",
    "published",
    "rows",
    "waiting",
]
