"""Who may do what with documents. What is published everybody reads."""

from typing import Any

import rules

from summitry.people.models import Role
from summitry.people.permissions import holds, signed_in

from . import consulting

secretariat = holds(Role.SECRETARIAT)


@rules.predicate
def may_speak(user: Any, version: Any = None) -> bool:
    """Those whom this version asks; when, is not asked here."""
    return version is not None and not consulting.refusal(user, version)


@rules.predicate
def is_author(user: Any, said: Any = None) -> bool:
    """She wrote this comment, or proposed this amendment."""
    person = getattr(said, "person", None)
    return bool(person is not None and user.is_authenticated and person.user_id == user.pk)


works_here = holds(Role.SECRETARIAT, Role.TRANSLATOR, Role.AUDITOR)

rules.add_perm("documents.see_desk", works_here)
rules.add_perm("documents.see_document", works_here)  # its drafts
rules.add_perm("documents.keep_document", secretariat)
rules.add_perm("documents.translate", holds(Role.SECRETARIAT, Role.TRANSLATOR))
rules.add_perm("documents.follow", signed_in)

rules.add_perm("documents.open_comments", secretariat)
rules.add_perm("documents.comment", may_speak)  # and amend, and support
rules.add_perm("documents.withdraw_contribution", is_author)
rules.add_perm("documents.moderate", secretariat)
rules.add_perm("documents.answer", secretariat)  # and combine, take in, correct
rules.add_perm("documents.publish_disposition", secretariat)
rules.add_perm("documents.propose_for_house", secretariat)
rules.add_perm("documents.report_error", signed_in)
