"""Small helps for views: acts' refusals as form errors, pages of lists, tables to take away."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models.fields.files import FieldFile
from django.forms import BaseForm
from django.http import FileResponse, HttpRequest, QueryDict, StreamingHttpResponse

from summitry.text import sheets

from . import files
from .models import User

PAGE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


class Request(HttpRequest):
    """A request behind `login_required`."""

    user: User


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even if it is nothing; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def say(form: BaseForm, problem: ValidationError) -> None:
    """Put an act's refusal beside the field that it names, else on top."""
    if not hasattr(problem, "error_dict"):
        form.add_error(None, problem)
        return
    for field, errors in problem.error_dict.items():
        form.add_error(field if field in form.fields and field != NON_FIELD_ERRORS else None, errors)


def done(form: BaseForm, act: Callable[[], Any]) -> bool:
    """Run an act for a valid form. False, with the errors filled in, if the form or the act refuses."""
    if not form.is_valid():
        return False
    try:
        act()
    except ValidationError as problem:
        say(form, problem)
        return False
    return True


def page_of(request: HttpRequest, rows: Any, size: int = PAGE) -> Page[Any]:
    """The page that ?page= asks for; the nearest one if there is none such."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def file_out(stored: FieldFile, name: str) -> FileResponse:
    """A stored file as a download under a name, whose ending says what it is; never shown within a page."""
    answer = FileResponse(
        stored.open("rb"), as_attachment=True, filename=name, content_type=files.media_type(name)
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def table_out(name: str, kind: str, rows: Iterable[Sequence[object]], **options: Any) -> Any:
    """Rows as a download: CSV is streamed as it is read, a workbook from a file that is gone
    afterwards. `options` are those of `sheets.write`."""
    if kind == "csv":
        answer: Any = StreamingHttpResponse(sheets.lines(rows), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    else:
        file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
        sheets.write(file, rows, **options)
        file.seek(0)
        answer = FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=XLSX)
    for header, value in PRIVATE.items():
        answer[header] = value
    return answer
