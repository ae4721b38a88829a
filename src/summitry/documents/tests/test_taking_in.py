"""Lists of signatories taken in: the Paris Call as it is, and files that are not as they should be."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from summitry.people.models import Organisation
from summitry.people.tests.factories import make_organisation, make_user
from summitry.record.models import Entry
from summitry.record.queries import changed_faces
from summitry.text.value import Text

from .. import acts, roll
from ..models import Signature
from ..queries import signatures
from .signing import a_certified, a_signatory, a_state, an_adopted, changed

pytestmark = pytest.mark.django_db
SOURCE = "pariscall.international"
HEAD = "name,category,nature,nationality,date_signed\n"


def table(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows)).encode()


def take_in(document, data: bytes, actor=None, **more):
    rows, remarks = roll.read(data)
    more = {"source": SOURCE, "language": "fr", **more}
    return acts.take_in_signatories(actor, document, rows, remarks=remarks, **more)


def test_the_paris_call_as_it_is(shared_data):
    data = (shared_data / "declarations" / "paris_call" / "supporters.csv").read_bytes()
    document = an_adopted("paris-call").document
    egypt = make_organisation(Text.of("Arab Republic"), kind="state", country="DE")
    before = Entry.objects.count()
    dry = take_in(document, data, dry_run=True)
    assert (Signature.objects.count(), Entry.objects.count()) == (0, before)
    report = take_in(document, data)
    assert dry == report
    assert (report.rows, report.new, report.countries, report.rows - report.undated) == (1222, 1222, 113, 138)
    assert (report.new_organisations, Organisation.objects.count()) == (1221, 1222)
    assert len(report.remarks) == 10  # five rows without a category, five without a country
    again = take_in(document, data)
    assert (again.new, again.changed, again.same, again.new_organisations) == (0, 0, 1222, 0)
    assert Signature.objects.in_force().count() == 1222
    assert Signature.objects.get(organisation=egypt).external_id == "allemagne-state-DEU.md"
    whole = signatures.overview(document, signatures.Filters())
    assert (whole.nations, whole.undated, whole.dated) == (113, 1084, 138)
    assert {one.key: one.count for one in whole.kinds} == {
        "state": 81,
        "government": 36,
        "company": 567,
        "association": 146,
        "university": 83,
        "civil_society": 301,
        "intergovernmental": 3,
        "none": 5,
    }
    assert sum(pin.count for pin in whole.pins) + whole.nowhere == 1222
    assert str(Organisation.objects.get(kind="state", country="CH").name.best("ar")) == "سويسرا"
    assert Organisation.objects.get(kind="state", country="KR").aliases == []  # as the house names it
    kinds = list(Entry.objects.filter(index__gte=before).order_by("index").values_list("kind", flat=True))
    assert kinds == ["people.organisation_registered"] * 1221 + ["documents.signatories_taken_in"]
    assert [one for one in changed_faces() if not one.startswith("documents.document")] == [
        "people.organisation:arab-republic"
    ]
    Signature.objects.filter(organisation=egypt).update(signed_on=date(2018, 11, 12))
    assert changed() == ["documents.roll:paris-call"]


def test_bodies_are_known_by_name_other_name_and_a_state_by_its_country():
    document = an_adopted().document
    abb = make_organisation("ABB", country="SE", aliases=["Asea Brown Boveri"])
    namesake = make_organisation("Forum", country="KE")
    kenya = make_organisation("Republic of Kenya", kind="state", country="KE")
    report = take_in(
        document,
        table("asea brown  boveri,private-sector,,SWE,", "Kenya,state,,KEN,", "Forum,civil-society,,PER,"),
    )
    assert (report.new, report.new_organisations) == (3, 1)
    bodies = set(Signature.objects.values_list("organisation", flat=True))
    assert {abb.pk, kenya.pk} < bodies
    assert namesake.pk not in bodies  # of another country


def test_what_is_there_stays_and_a_date_that_is_known_now_is_taken():
    version = an_adopted()
    own = a_certified(version, a_signatory(version.document, a_state("Egypt", "EG")))
    take_in(version.document, table("Kenya,state,,KEN,", "Zed,company,,ZM,"))
    report = take_in(version.document, table("Egypt,state,,EGY,2020-01-01", "Zed,company,,ZMB,2020-02-03"))
    assert (report.rows, report.new, report.changed, report.gone) == (2, 0, 1, 1)
    assert [str(one) for one in report.remarks] == ["Row 2: Egypt has signed here: that signature stays"]
    own.refresh_from_db()
    assert (own.state, own.source) == ("certified", "")
    assert Signature.objects.get(external_id="zed|ZM").signed_on == date(2020, 2, 3)
    assert Signature.objects.in_force().count() == 3
    assert changed() == []


def test_a_signature_that_was_taken_in_can_be_withdrawn():
    version, depositary = an_adopted(), make_user("depositary")
    take_in(version.document, table("Zed,company,,ZM,"))
    acts.withdraw_signature(depositary, Signature.objects.get())
    assert (changed(), Entry.objects.last().subject) == ([], "documents.roll:initiative")
    assert take_in(version.document, table("Zed,company,,ZM,")).new == 0


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([",state,,KEN,"], ["Row 2, name: a name of 1 to 300 characters is needed"]),
        (["A,alien,,KEN,"], ["Row 2, category: unknown category “alien”"]),
        (["A,state,,KXX,"], ["Row 2, nationality: unknown country “KXX”"]),
        (
            ["A,state,,KEN,12/11/2019"],
            ["Row 2, date_signed: “12/11/2019” is no date; write it as 2019-11-12"],
        ),
        (["A,company,,KEN,", "", "a,company,,KEN,"], ["Row 4: the same as row 2"]),
        (["A,alien,,KXX,", "B,company,,KE,2"], 3),
        (['"A,state,,KEN,'], 1),
        ([], 1),
    ],
)
def test_each_fault_is_told_by_its_row_and_nothing_is_written(rows, said):
    document = an_adopted().document
    with pytest.raises(ValidationError) as refused:
        take_in(document, table(*rows))
    assert refused.value.messages == said if isinstance(said, list) else len(refused.value.messages) == said
    assert (Signature.objects.count(), Organisation.objects.count()) == (0, 0)


def test_two_rows_of_one_body_are_a_fault():
    document = an_adopted().document
    make_organisation("ABB", aliases=["Asea Brown Boveri"])
    with pytest.raises(ValidationError) as refused:
        take_in(
            document,
            table("ABB,company,,,", "Asea Brown Boveri,company,,SE,", "Suède,state,,SE,", "S,state,,SWE,"),
        )
    assert refused.value.messages == [
        "Row 3: Asea Brown Boveri stands in row 2 already",
        "Row 5: S stands in row 4 already",
    ]
    waits = make_organisation("Zed", confirmed=False)
    with pytest.raises(ValidationError, match="waits for the secretariat"):
        take_in(document, table("Zed,company,,,"))
    assert (Signature.objects.count(), waits.confirmed) == (0, False)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"", b"a,b\n1,2", b"name\n" + b"\n".join([b"x"] * 3)])
def test_what_is_no_list_is_refused(data):
    with pytest.raises(ValidationError):
        roll.read(data)


def test_who_takes_in_what():
    version = an_adopted()
    for role in ("depositary", "auditor", None):
        with pytest.raises(PermissionDenied):
            take_in(version.document, table("Zed,company,,ZM,"), make_user(role))
    secretariat = make_user("secretariat")
    for source, said in (("", "whose list"), ("me@example.org", "e-mail")):
        with pytest.raises(ValidationError, match=said):
            take_in(version.document, table("Zed,company,,ZM,"), secretariat, source=source)
    assert take_in(version.document, table("Zed,company,,ZM,"), secretariat).new == 1
    unadopted = version.document.__class__.objects.create(
        slug="other", title=Text.of("Other"), languages=["en"]
    )
    with pytest.raises(ValidationError, match="has not been adopted"):
        take_in(unadopted, table("Zed,company,,ZM,"))


def test_the_table_that_goes_out_comes_in_again():
    document = an_adopted().document
    take_in(document, table("=Zed(1),company,,ZM,2020-02-03"))
    out = list(signatures.rows_of(document, signatures.Filters()))
    assert out[0][:6] == ["organisation", "name", "kind", "country", "state", "signed_on"]
    assert out[1][:6] == ["zed-1", "=Zed(1)", "company", "ZM", "taken_in", date(2020, 2, 3)]


def test_the_statements_do_not_grow_with_the_rows():
    document, secretariat = an_adopted().document, make_user("secretariat")
    take_in(document, table("First,company,,ZM,"))
    assert secretariat.has_perm("documents.take_in_signatories", document)
    counts = set()
    for n in (1, 3):
        rows = [f"Body {n} {k},company,,ZM," for k in range(n)]
        with CaptureQueriesContext(connection) as queries:
            take_in(document, table(*rows), secretariat)
        counts.add(len(queries))
    assert len(counts) == 1
    assert max(counts) <= 31
