"""Who can sign in to the demonstration. Persons are named by their role, never by an invented name."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from summitry.text.value import Text

PASSWORD = "waterline-2014"  # noqa: S105  (shown on the sign-in page of every demonstration)
DOMAIN = "summitry.example"


@dataclass(frozen=True)
class Account:
    """`title` and `task` are for the terminal; on pages the person has the name that people.yaml gives."""

    key: str
    title: str
    task: str
    role: str = ""  # a people.models.Role that it holds in the whole institution

    @property
    def name(self) -> "Text":
        """The person's name in every language, for pages."""
        return name_of(self.key)

    @property
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


def name_of(key: str) -> "Text":
    """A person's name by her key: "juror-3" is Juror 3 in every language."""
    from summitry.demo.texts import read, text  # they need Django's settings; a terminal does not

    kind, _, number = key.rpartition("-")
    words = read("people")
    return text(words[kind], n=number) if number.isdigit() else text(words[key])


ACCOUNTS = (
    Account("secretariat", "Secretariat", "what waits today", "secretariat"),
    Account("call-manager", "Call manager", "a draft to open, calls to run", "call_manager"),
    Account("screener", "Screener", "to pass or fail", "screener"),
    *(Account(f"juror-{n}", f"Juror {n}", "to score") for n in range(1, 6)),
    Account("chair", "Jury chair", "to decide on a ranked list"),
    Account("programme-manager", "Programme manager", "to change and release it", "programme"),
    Account("rapporteur", "Rapporteur", "a report to deliver"),
    *(Account(f"focal-point-{n}", f"Focal point {n}", "an outcome to confirm") for n in (1, 2)),
    Account("organ", "Council member", "a verdict to approve", "organ"),
    Account("delegate", "Member’s delegate", "to object, to sign, to vote", "delegate"),
    Account("auditor", "Auditor", "to read and recompute", "auditor"),
    Account("depositary", "Depositary", "full powers to verify, signatures to certify", "depositary"),
    Account("translator", "Translator", "to translate, to review", "translator"),
    *(Account(f"applicant-{n}", f"Applicant {n}", "drafts, submissions, answers") for n in range(1, 4)),
)
