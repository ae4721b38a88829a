"""Who can sign in to the demonstration. Persons are named by their role, never by an invented name."""

from dataclasses import dataclass

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
    def email(self) -> str:
        return f"{self.key}@{DOMAIN}"


ACCOUNTS = (
    Account("secretariat", "Secretariat", "what waits today: /en/desk/", "secretariat"),
    Account("call-manager", "Call manager", "calls in each stage, a draft to open", "call_manager"),
    Account("screener", "Screener", "submissions to pass or fail", "screener"),
    *(Account(f"juror-{n}", f"Juror {n}", "submissions to score") for n in range(1, 6)),
    Account("chair", "Jury chair", "a ranked list to decide on"),
    Account("programme-manager", "Programme manager", "the programme to change and release", "programme"),
    Account("auditor", "Auditor", "the record and the decisions, to read", "auditor"),
    Account("translator", "Translator", "texts to translate and review", "translator"),
    *(
        Account(f"applicant-{n}", f"Applicant {n}", "submissions of one’s own, drafts, answers")
        for n in range(1, 4)
    ),
)
