"""Where allauth meets the house: names at sign-up, letters through the outbox, secrets sealed."""

from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from summitry.text.languages import current
from summitry.text.value import Text

from . import mail, outbox
from .models import User
from .queries import institution


def _site() -> SimpleNamespace:
    """What allauth's templates call the site."""
    return SimpleNamespace(name=str(institution().name), domain=urlsplit(settings.BASE_URL).netloc)


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """The name from the form goes to the person that is made with the account, in the form's language."""
        if name := form.cleaned_data.get("name"):
            user.first_name_given = Text.of(name, current())  # type: ignore[attr-defined]
        user.language = user.language or current()
        saved: User = super().save_user(request, user, form, commit)
        return saved

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth's letters go the way of all letters: the sign-in page does not wait for the mail server."""
        request = allauth_context.request
        message = self.render_mail(
            template_prefix, email, {"request": request, "email": email, "current_site": _site(), **context}
        )
        mail.post(email, str(message.subject), str(message.body).strip() + "\n")

    def format_email_subject(self, subject: str) -> str:
        return f"{institution().name}: {subject}"

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count by. A server behind a Unix socket has none: then all count as
        one."""
        try:
            address: str = super().get_client_ip(request)
        except PermissionDenied:
            return "0.0.0.0"  # noqa: S104  (no address to listen on, a name for "unknown")
        return address


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> User:
        """A name that the identity provider gives is taken over, unless the form asked for one."""
        given = str(
            sociallogin.account.extra_data.get("userinfo", sociallogin.account.extra_data).get("name", "")
        )
        if given.strip() and form is None:
            sociallogin.user.first_name_given = Text.of(given.strip()[:200], current())
        sociallogin.user.language = current()
        saved: User = super().save_user(request, sociallogin, form)
        return saved


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        """Secrets of second factors are sealed: a copy of the database alone signs nobody in."""
        return outbox.seal(text, "second factor")

    def decrypt(self, encrypted_text: str) -> str:
        return outbox.unseal(encrypted_text, "second factor")

    def build_totp_svg(self, url: str) -> str:
        """A QR code with its own white ground, so that a camera reads it on a dark page too."""
        drawn = BytesIO()
        code = segno.make(url, error="m")
        code.save(drawn, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, xmldecl=False)
        return drawn.getvalue().decode()

    def get_totp_issuer(self) -> str:
        return str(institution().name)
