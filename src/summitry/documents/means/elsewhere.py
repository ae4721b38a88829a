"""Elsewhere: taken in with a list of signatories that somebody else keeps; nothing here proves it."""

from django.utils.translation import gettext_lazy as _

from .base import Means, register


@register
class Elsewhere(Means):
    key = "elsewhere"
    label = _("taken in from elsewhere")
