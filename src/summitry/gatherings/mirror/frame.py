"""What the frame of every page says where the page is part of a copy."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..models import Gathering
from .addresses import Addresses

MARK = "summitry.copy"  # in the WSGI environment: this page is made for a copy


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy while it is made. `made_at` is the moment at which its making began."""

    gathering: Gathering
    addresses: Addresses
    made_at: datetime

    @property
    def line(self) -> str:
        """Which state of things the reader has before her, in her language."""
        zone = ZoneInfo(self.gathering.time_zone)
        made = date_format(timezone.localtime(self.made_at, zone), "DATE_FORMAT")
        release = self.gathering.released
        if release is None:
            return _("A copy to read without a connection, made on %(date)s") % {"date": made}
        published = timezone.localtime(release.published_at, zone)
        return _("Version %(n)d of the programme (%(date)s), a copy to read without a connection.") % {
            "n": release.version,
            "date": date_format(published, "DATE_FORMAT"),
        }

    def _own(self, name: str) -> str:
        return self.addresses.own(translation.get_language(), name)

    @property
    def about(self) -> str:
        return self._own("about")

    @property
    def search(self) -> str:
        return self._own("search")

    def places(self) -> list[tuple[str, str]]:
        """(label, address) of what stands in the navigation of every page."""
        front = self.addresses.front(translation.get_language())
        found = [(_("About the gathering"), front)]
        if self.gathering.released_id is not None:
            found += [
                (_("Programme"), f"{front}programme/"),
                (_("Sessions by name"), self._own("sessions")),
                (_("People"), self._own("people")),
                (_("What changed"), f"{front}changes/"),
            ]
        return found
