"""Everything that changes who people are and what they may do."""

from .erasure import erase
from .invitations import accept, accept_offered, invite, renew_invitation, revoke_invitation
from .mandates import end_mandate, grant
from .organisations import (
    confirm_organisation,
    ensure_organisation,
    register_organisation,
    update_organisation,
)
from .persons import (
    add_affiliation,
    change_affiliation,
    ensure_person,
    prefer,
    remove_affiliation,
    update_institution,
    update_profile,
)

__all__ = [
    "accept",
    "accept_offered",
    "add_affiliation",
    "change_affiliation",
    "confirm_organisation",
    "end_mandate",
    "ensure_organisation",
    "ensure_person",
    "erase",
    "grant",
    "invite",
    "prefer",
    "register_organisation",
    "remove_affiliation",
    "renew_invitation",
    "revoke_invitation",
    "update_institution",
    "update_organisation",
    "update_profile",
]
