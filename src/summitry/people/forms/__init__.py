"""Forms of people's pages: what they parse; the acts decide."""

from .desk import AddressForm, GrantForm, InviteForm, MergeForm, OrganisationForm
from .own import AffiliationForm, EraseForm, PreferencesForm, ProfileForm, SignupForm

__all__ = [
    "AddressForm",
    "AffiliationForm",
    "EraseForm",
    "GrantForm",
    "InviteForm",
    "MergeForm",
    "OrganisationForm",
    "PreferencesForm",
    "ProfileForm",
    "SignupForm",
]
