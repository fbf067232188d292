"""Jobs that were given up stand in the tray, and two buttons decide about them."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from tests import cast
from tests.cast import NOON
from wingbeat.config.jobs.models import Job, JobState
from wingbeat.desk.people.models import Agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def job() -> Job:
    return Job.objects.create(
        task="wingbeat.some.call", state=JobState.POISON, enqueued_at=NOON, run_after_at=NOON,
        attempts=7, why="RuntimeError: the server is away",
    )  # fmt: skip


def browser_of(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client


def test_an_owner_finds_it_with_its_reason_and_tries_it_again(job: Job) -> None:
    browser = browser_of(cast.olga())
    page = browser.get("/tray/").content.decode()
    assert "RuntimeError: the server is away" in page
    way = f"/tray/jobs/{job.pk}/retrial/"
    assert f'action="{way}"' in page
    assert browser.post(way, follow=True).status_code == 200
    job.refresh_from_db()
    assert job.state == JobState.READY
    assert "RuntimeError" not in browser.get("/tray/").content.decode()


def test_an_owner_leaves_it(job: Job) -> None:
    browser_of(cast.olga()).post(f"/tray/jobs/{job.pk}/discarding/")
    job.refresh_from_db()
    assert job.state == JobState.DONE


def test_deciding_twice_tells_that_somebody_was_quicker(job: Job) -> None:
    browser = browser_of(cast.olga())
    browser.post(f"/tray/jobs/{job.pk}/retrial/")
    page = browser.post(f"/tray/jobs/{job.pk}/discarding/", follow=True).content.decode()
    assert "look again" in page


def test_other_agents_neither_see_it_nor_decide(job: Job) -> None:
    browser = browser_of(cast.ada())
    assert "RuntimeError" not in browser.get("/tray/").content.decode()
    assert browser.post(f"/tray/jobs/{job.pk}/retrial/").status_code == 404
    job.refresh_from_db()
    assert job.state == JobState.POISON
