"""Everything that changes who people are and what they may do."""

from .addresses import change_address, lead_address, merge_persons
from .erasure import erase
from .invitations import accept, accept_offered, invite, renew_invitation, revoke_invitation
from .mandates import end_mandate, grant
from .organisations import (
    confirm_organisation,
    ensure_organisation,
    register_organisation,
    register_organisations,
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
    "change_address",
    "change_affiliation",
    "confirm_organisation",
    "end_mandate",
    "ensure_organisation",
    "ensure_person",
    "erase",
    "grant",
    "invite",
    "lead_address",
    "merge_persons",
    "prefer",
    "register_organisation",
    "register_organisations",
    "remove_affiliation",
    "renew_invitation",
    "revoke_invitation",
    "update_institution",
    "update_organisation",
    "update_profile",
]
