"""Forms of people's pages: what they parse; the acts decide."""

from .desk import GrantForm, InviteForm, OrganisationForm
from .own import AffiliationForm, EraseForm, PreferencesForm, ProfileForm, SignupForm

__all__ = [
    "AffiliationForm",
    "EraseForm",
    "GrantForm",
    "InviteForm",
    "OrganisationForm",
    "PreferencesForm",
    "ProfileForm",
    "SignupForm",
]
