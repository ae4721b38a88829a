import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitry.settings")
_django = get_wsgi_application()

from summitry.kept.door import Door  # noqa: E402  (it reads the settings)

application = Door(_django)

# Looked up so that every room's views are loaded before the first visitor comes, not while she waits.
reverse("account_login")

gc.collect()
gc.freeze()  # what is loaded stays: to look through it again and again would cost a large page a third
