"""Paper: a scan of the signed page, entered by the depositary."""

from django.utils.translation import gettext_lazy as _

from .base import Means, register


@register
class Paper(Means):
    key = "paper"
    label = _("on paper")
