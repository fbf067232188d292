"""What the API needs loads with its first request: a desk starts without it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

START = """
import sys
import django
django.setup()
from django.urls import resolve, reverse
from wingbeat.config.jobs.schedule import SCHEDULE
from django.utils.module_loading import import_string
for one in SCHEDULE: import_string(one.call)
assert resolve("/today/").view_name == "agent:today"
assert reverse("agent:today") == "/today/"
heavy = {"ninja", "pydantic"} & set(sys.modules)
assert not heavy, heavy
assert reverse("api:openapi-view") == "/api/v1/docs"
assert resolve("/api/v1/me").view_name == "api:get_me"
assert "pydantic" in sys.modules
"""


def test_a_desk_and_its_jobs_start_without_what_shapes_requests(tmp_path: Path) -> None:
    settings = {"DJANGO_SETTINGS_MODULE": "wingbeat.config.settings"}
    env = {**os.environ, **settings, "WINGBEAT_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", START], check=False, env=env, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.django_db
def test_the_pages_of_documentation_need_nothing_from_elsewhere() -> None:
    page = Client().get("/api/v1/docs").content.decode()
    scripts = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert len(scripts) > 3
    for one in scripts:
        assert one.startswith("/static/ninja/")
        assert finders.find(re.sub(r"\.[0-9a-f]{12}\.", ".", one.removeprefix("/static/"))), one
    assert '"url": "/api/v1/openapi.json"' in page
