"""Mere thanks are told from thanks with a question, a doubt or a fact in them."""

from __future__ import annotations

import pytest

from wingbeat.language.thanks import is_mere_thanks

MERELY = """\
Thanks!
Thank you so much, Ada!
Hi Ada, thanks a lot for your quick help. Best regards, Nora Lind
Perfect, it works now. Many thanks
thx
Vielen Dank!
Hallo Ada, vielen lieben Dank für die schnelle Antwort. Viele Grüße
Danke, jetzt klappt es.
Спасибо большое за помощь!
Добрый день, всё работает, благодарю.
Köszönöm szépen!
Kedves Ada! Nagyon köszönöm a gyors választ. Üdvözlettel
"""
MORE = """\
Thanks, but it is still dark.
Thanks for nothing
Thanks. When will it arrive?
Thank you, my order is 4711.
Thanks, please call me.
thanks the lamp broke
Perfect, it works now.
Danke, aber es geht nicht.
Vielen Dank. Leider fehlt ein Teil.
Danke, bitte rufen Sie mich an.
Спасибо, но не работает.
Спасибо, пришлите, пожалуйста, счёт.
Köszönöm, de még nem érkezett meg.
Köszönöm, kérem a számlát is.
See https://example.org, thanks
"""


@pytest.mark.parametrize("text", MERELY.splitlines())
def test_mere_thanks(text: str) -> None:
    assert is_mere_thanks(text)


@pytest.mark.parametrize("text", [*MORE.splitlines(), "", "thanks " * 60])
def test_more_than_thanks(text: str) -> None:
    assert not is_mere_thanks(text)
