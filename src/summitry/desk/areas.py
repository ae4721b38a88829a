"""The work areas of the desk: which there are, and who may enter each."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the rail; `count` is how many things wait there for this user."""

    label: str
    url: str
    icon: str
    count: int = 0
    current: bool = False


def rail(request: HttpRequest) -> list[Link]:
    today = reverse("desk:today")
    return [Link(_("Today"), today, "tray", current=request.path == today)]
