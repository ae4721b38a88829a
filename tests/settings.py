"""Settings of the tests: the product's own, read after the data folder is a temporary one."""

import os
import tempfile

os.environ.setdefault("SUMMITRY_DATA", tempfile.mkdtemp(prefix="summitry-test-"))
os.environ.setdefault("SECRET_KEY", "only for tests")

from summitry.settings import *  # noqa: F403

os.environ["DJANGO_SETTINGS_MODULE"] = "summitry.settings"  # of the processes that tests start
