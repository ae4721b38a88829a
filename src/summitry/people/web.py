"""Small helps for views: acts' refusals as form errors, and pages of lists."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.paginator import Page, Paginator
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict

from .models import User

PAGE = 50


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
