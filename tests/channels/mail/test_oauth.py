"""Mailboxes that take no password: let in once by an owner, renewed by themselves."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from tests import cast
from tests.channels.mail import providers
from tests.channels.mail.providers import Provider
from wingbeat.channels.mail import oauth, secrets
from wingbeat.channels.mail.models import Account

pytestmark = pytest.mark.django_db
HERE = "https://desk.example/setup/mailbox/connected/"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with providers.running() as provider:
        yield provider


@pytest.fixture
def account(provider: Provider) -> Account:
    return Account.objects.create(
        inbox=cast.support(), imap_host="imap.provider.example", is_oauth2=True,
        imap_secret=secrets.sealed("lasting"), oauth2_secret=secrets.sealed("client secret"),
        oauth2={
            "authorize_url": f"{provider.url}/authorize", "token_url": f"{provider.url}/token",
            "client_id": "wingbeat", "scope": "mail offline_access",
        },
    )  # fmt: skip


def taken(account: Account, asked: oauth.Asking) -> oauth.Tokens:
    return oauth.take_code(
        oauth.Provider.of(account), "client secret", "the code", verifier=asked.verifier,
        redirect_to=HERE,
    )  # fmt: skip


def test_an_owner_is_sent_to_the_provider_with_a_proof_key(account: Account) -> None:
    asked = oauth.asking(oauth.Provider.of(account), redirect_to=HERE, user="support@desk.example")
    says = {name: values[0] for name, values in parse_qs(urlsplit(asked.url).query).items()}
    digest = hashlib.sha256(asked.verifier.encode()).digest()
    assert says["code_challenge"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert (says["state"], says["redirect_uri"]) == (asked.state, HERE)
    assert (says["scope"], says["response_type"]) == ("mail offline_access", "code")
    assert oauth.asking(oauth.Provider.of(account), redirect_to=HERE).state != asked.state


def test_the_code_that_comes_back_becomes_a_lasting_token(
    account: Account, provider: Provider
) -> None:
    asked = oauth.asking(oauth.Provider.of(account), redirect_to=HERE)
    provider.answer = {"access_token": "now", "refresh_token": "new", "expires_in": 3600}
    tokens = taken(account, asked)
    assert (tokens.refresh, tokens.access) == ("new", "now")
    assert provider.asked[0]["code_verifier"] == asked.verifier
    assert provider.asked[0]["client_secret"] == "client secret"


def test_a_token_is_renewed_when_it_ends_and_not_before(
    account: Account, provider: Provider
) -> None:
    provider.answer = {"access_token": "first", "expires_in": 3600}
    assert [oauth.access_token(account), oauth.access_token(account)] == ["first", "first"]
    oauth.forget(account)
    provider.answer = {"access_token": "second", "expires_in": 60}
    assert [oauth.access_token(account), oauth.access_token(account)] == ["second", "second"]
    assert len(provider.asked) == 3
    assert provider.asked[0] == {
        "grant_type": "refresh_token", "refresh_token": "lasting", "client_id": "wingbeat",
        "client_secret": "client secret", "scope": "mail offline_access",
    }  # fmt: skip


def test_a_provider_that_changes_the_lasting_token_is_followed(
    account: Account, provider: Provider
) -> None:
    provider.answer = {"access_token": "now", "refresh_token": "the next", "expires_in": 3600}
    oauth.access_token(account)
    assert secrets.opened(Account.objects.get().imap_secret) == "the next"


def test_an_end_of_the_permission_is_told_with_its_remedy(
    account: Account, provider: Provider
) -> None:
    provider.status, provider.answer = 400, {
        "error": "invalid_grant", "error_description": "Token has been revoked.",
    }  # fmt: skip
    with pytest.raises(oauth.Refused, match=r"revoked.*connect the mailbox again"):
        oauth.access_token(account)


def test_our_secret_goes_nowhere_but_to_the_provider(account: Account, provider: Provider) -> None:
    provider.status, provider.location = 302, f"{provider.url}/elsewhere"
    with pytest.raises(oauth.Refused):
        oauth.access_token(account)
    assert len(provider.asked) == 1
    account.oauth2 = {**account.oauth2, "token_url": "http://provider.example/token"}
    with pytest.raises(oauth.Refused, match="https://"):
        oauth.access_token(account)


@pytest.mark.parametrize("answer", [{}, {"access_token": ""}, ["no"], {"token_type": "bearer"}])
def test_an_answer_without_a_token_is_a_refusal(
    account: Account, provider: Provider, answer: dict[str, str]
) -> None:
    provider.answer = answer
    with pytest.raises(oauth.Refused):
        oauth.access_token(account)


@pytest.mark.parametrize("status", [200, 404])
def test_an_answer_in_other_words_is_not_shown(
    account: Account, provider: Provider, status: int
) -> None:
    provider.status, provider.answer = status, ["a page inside the network"]  # type: ignore[assignment]  # no answer of a provider
    with pytest.raises(oauth.Refused, match=f"HTTP {status}") as refused:
        oauth.access_token(account)
    assert "inside" not in str(refused.value)


def test_a_code_without_a_lasting_token_is_told_at_once(
    account: Account, provider: Provider
) -> None:
    provider.answer = {"access_token": "now"}
    asked = oauth.asking(oauth.Provider.of(account), redirect_to=HERE)
    with pytest.raises(oauth.Refused, match="offline"):
        taken(account, asked)
