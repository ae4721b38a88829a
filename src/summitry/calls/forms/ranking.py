"""The form in which a juror numbers entries."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from summitry.text.templatetags.text import words

from ..queries.comparing import RankPage


class RankForm(forms.Form):
    """A number for each entry that gets a place; 1 is the best. Gaps do not matter, equal numbers do."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, page: RankPage, titles: Mapping[int, Any], *args: Any, **options: Any):
        initial: dict[str, Any] = {"version": page.ranking.version if page.ranking else 0}
        initial |= {f"place_{entry.pk}": place for entry, place in page.rows}
        super().__init__(*args, **{**options, "initial": initial})
        self.page, self.titles = page, titles
        for entry, _place in page.rows:
            self.fields[f"place_{entry.pk}"] = forms.IntegerField(
                label=words(titles[entry.pk]), required=False, min_value=1, max_value=99999
            )

    @property
    def rows(self) -> Iterator[tuple[Any, Any, Any]]:
        """(entry, title, field) in the order of the page."""
        for entry, _place in self.page.rows:
            yield entry, self.titles[entry.pk], self[f"place_{entry.pk}"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        seen: set[int] = set()
        for entry, _place in self.page.rows:
            place = given.get(f"place_{entry.pk}")
            if place is not None and place in seen:
                self.add_error(
                    f"place_{entry.pk}", _("Another entry has the number %(place)d.") % {"place": place}
                )
            seen |= {place} if place is not None else set()
        return given

    @property
    def order(self) -> list[int]:
        """The keys of the entries that got a number, the lowest first."""
        given = [(self.cleaned_data.get(f"place_{entry.pk}"), entry.pk) for entry, _place in self.page.rows]
        return [pk for _number, pk in sorted((place, pk) for place, pk in given if place is not None)]
