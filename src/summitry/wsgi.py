import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "summitry.settings")
_django = get_wsgi_application()

from summitry.kept.door import Door  # noqa: E402  (it reads the settings)

application = Door(_django)

gc.collect()
gc.freeze()  # what is loaded stays: to look through it again and again would cost a large page a third
