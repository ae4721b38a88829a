"""Who may adopt, state, sign, certify."""

from typing import Any

import rules

from summitry.people.models import Organisation, Role
from summitry.people.permissions import holds, holds_here, is_self, signed_in

from .models import Signature
from .queries import speakers

secretariat, depositary = holds(Role.SECRETARIAT), holds(Role.DEPOSITARY)
auditor = holds(Role.AUDITOR)


@rules.predicate
def has_powers(user: Any, obj: Any = None) -> bool:
    """She holds full powers in force for the organisation, or for the one that signed this document: then
    they are for this document or for any."""
    if isinstance(obj, Organisation):
        return speakers.signs_for(user, obj).exists()
    if isinstance(obj, Signature):
        return speakers.signs_for(user, obj.organisation).for_document(obj.document).exists()
    return False


rules.add_perm("documents.adopt", secretariat)
rules.add_perm("documents.see_evidence", secretariat | depositary | auditor)
# The thing is an organisation: nobody speaks for one by a duty for the institution at large.
rules.add_perm("documents.speak_for", holds_here(*speakers.SPEAKERS) | has_powers)
rules.add_perm("documents.give_powers", signed_in)
rules.add_perm("documents.see_powers", depositary | auditor | is_self)
rules.add_perm("documents.end_powers", depositary | is_self)
rules.add_perm("documents.sign", signed_in)  # what is asked beyond, full powers in force, the act says
rules.add_perm("documents.see_scan", depositary | auditor | is_self)
rules.add_perm("documents.see_signing", depositary | auditor | secretariat)
rules.add_perm("documents.keep_signatures", depositary)
rules.add_perm("documents.withdraw_signature", depositary | has_powers)
rules.add_perm("documents.take_in_signatories", secretariat)
