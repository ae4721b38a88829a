from django.urls import URLPattern, URLResolver, path

from . import door
from .v1 import api


def _public(pattern: URLPattern | URLResolver) -> URLPattern | URLResolver:
    """The same address behind the door."""
    if isinstance(pattern, URLPattern):
        pattern.callback = door.public(pattern.callback)
    return pattern


_patterns, _app, _namespace = api.urls
urlpatterns = [
    path("v1/", ([_public(pattern) for pattern in _patterns], _app, _namespace)),
    path("", door.public(door.nothing_here)),
    path("<path:path>", door.public(door.nothing_here)),
]
