"""The persons of a file, and those whom we know already."""

from typing import Any

from summitry.people.models import Person
from summitry.people.slugs import slug_for

from ..formats import numbers
from ..formats.data import Person as FilePerson
from ..formats.data import PersonRef
from ..identity import person_guid, person_number
from ..models import Speaker
from .parts import Planner, free, given


class PeoplePlanner(Planner):
    """Finds the persons of a file: by their ids within its source, or as our own."""

    def people(self) -> None:
        """Fills the plan with persons and speakers, by their keys in the file. Six queries, one more
        where short names are taken."""
        listed = {one.id: one for one in self.schedule.persons}
        refs: dict[str, PersonRef] = {}
        for event in self.schedule.events():
            for ref in event.persons:
                refs.setdefault(ref.id or ref.guid, ref)
        speakers: dict[str, Speaker] = {}
        by_person: dict[int, Speaker] = {}
        for one in self.gathering.speakers.all() if self.known else ():
            by_person[one.person_id] = one
            if one.external_id:
                speakers[one.external_id] = one
        # Where a format has no place for an id, our exports write a guid that is made of it.
        made = {numbers.guid("person", key): key for key in speakers}
        self.done.aliases = {
            key: made[ref.guid] for key, ref in refs.items() if not ref.id and ref.guid in made
        }
        names = {key: one.name for key, one in listed.items()}
        for key, ref in refs.items():
            names.setdefault(self.done.aliases.get(key, key), ref.name)
        outside = {f"{self.source}:{key}": key for key in names}
        found = {
            outside[one.external_id]: one for one in Person.objects.filter(external_id__in=list(outside))
        }
        there = Speaker.objects.filter(gathering=self.gathering.pk, external_id__in=list(names))
        for speaker in there.select_related("person"):
            found[speaker.external_id] = speaker.person  # known here by this id, whichever file said it first
        own = self._own(names, refs)
        wanted = {slug_for(name or key) for key, name in names.items() if key not in found and key not in own}
        taken = set(Person.objects.filter(slug__in=wanted).values_list("slug", flat=True))
        for position, (key, name) in enumerate(names.items()):
            if key in own:
                self.done.people[key] = own[key]
                continue
            person = found.get(key)
            said = listed.get(key)
            if person is None:
                person = Person(external_id=f"{self.source}:{key}", slug=free("", name or key, taken, 80))
                person.name = given(name or key, self.language, None, said, "name")
            elif person.user_id is None and person.erased_at is None and name:
                self._merge(person, {"name": given(name, self.language, person.name, said, "name")})
            self.done.people[key] = person
            before = speakers.get(key) or (by_person.get(person.pk) if person.pk else None)
            speaker = before or Speaker(gathering=self.gathering, person=person)
            self._speaker(speaker, key, position, name, said)
        self._free_slugs(taken)
        for key, real in self.done.aliases.items():
            self.done.people[key] = self.done.people[real]
            self.done.speakers[key] = self.done.speakers[real]
        for key, old in speakers.items():
            if key not in names and "frab" in old.extra and "biographies" not in self.silent:
                self._merge(old, {"extra": {k: v for k, v in old.extra.items() if k != "frab"}})
                self.done.speakers[key] = old

    def _free_slugs(self, taken: set[str]) -> None:
        """Gives new persons another short name while one of theirs is somebody's already."""
        new = [person for person in self.done.people.values() if person.pk is None]
        while clash := set(
            Person.objects.filter(slug__in=[one.slug for one in new]).values_list("slug", flat=True)
        ):
            taken |= clash
            for person in new:
                if person.slug in clash:
                    person.slug = free("", person.name.get(person.name.source), taken, 80)

    def _own(self, names: dict[str, str], refs: dict[str, PersonRef]) -> dict[str, Person]:
        """Persons whom no file of this gathering has named, by the keys that our exports give them."""
        if not self.known:
            return {}
        found: dict[str, Person] = {}
        named = self.gathering.speakers.exclude(external_id="").values("person")
        ours = Person.objects.filter(sessions__gathering=self.gathering).exclude(pk__in=named).distinct()
        by_guid = {person_guid(one.slug): one for one in ours}
        by_number = {person_number(one.pk): one for one in by_guid.values()}
        for key, name in names.items():
            ref = refs.get(key)
            person = by_guid.get(ref.guid) if ref and ref.guid else None
            if person is None and (numbered := by_number.get(key)):
                person = numbered if name in numbered.name.values.values() else None
            if person:
                found[key] = person
        return found

    def _speaker(self, speaker: Speaker, key: str, position: int, name: str, said: FilePerson | None) -> None:
        before = speaker.extra.get("frab", {})
        values: dict[str, Any] = {"external_id": key}
        frab: dict[str, Any] = {"at": position, "name": name}
        if "biographies" in self.silent:
            frab = {**before, "name": name} if before else frab
        else:
            if said:
                frab |= {"listed": True, "slug": said.slug, "more": said.extra.to_json()}
            biography = said.biography if said else ""
            values["biography"] = given(biography, self.language, speaker.biography, said, "biography")
        values["extra"] = {**speaker.extra, "frab": frab}
        self._merge(speaker, values)
        self.done.speakers[key] = speaker
