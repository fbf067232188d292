"""The desk's own settings in a home folder that vanishes with the test run."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = tempfile.mkdtemp(prefix="wingbeat-tests-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["WINGBEAT_HOME"] = _home
Path(_home, "static").mkdir()

from wingbeat.config.settings import *  # noqa: E402, F403  the environment comes first

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    # In memory, threads would share one cache and trip over its locks, which no desk does.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_home, "test.sqlite3"))}  # noqa: F405
