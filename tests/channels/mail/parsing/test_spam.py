from __future__ import annotations

import pytest

from wingbeat.channels.mail.parsing.spam import SpamVerdict, verdict


@pytest.mark.parametrize(
    "header",
    [
        "X-Spam-Flag: YES",
        "X-Spam-Status: Yes, score=12.3 required=5.0",
        "X-Spam: Yes",
        "X-Rspamd-Action: add header",
        "X-Rspamd-Action: reject",
        "X-MS-Exchange-Organization-SCL: 6",
        "X-Forefront-Antispam-Report: CIP:192.0.2.1;SFV:SPM;SCL:5;CAT:SPM",
        "X-Forefront-Antispam-Report: CIP:192.0.2.1;SCL:1;CAT:HPHISH",
        "X-Microsoft-Antispam-Mailbox-Delivery: ucf:0;jmr:0;dest:J;OFR:SpamFilterAuthJ",
        "X-Barracuda-Spam-Flag: YES",
        "X-Bogosity: Spam, tests=bogofilter",
    ],
)
def test_a_servers_spam_verdict_is_believed_and_told(header: str) -> None:
    name, _, value = header.partition(": ")
    found = verdict([("subject", "Hello"), (name.lower(), value)])
    assert found.is_spam
    assert found.why.lower() == header.lower()


@pytest.mark.parametrize(
    "header",
    [
        "X-Spam-Flag: NO",
        "X-Spam-Status: No, score=4.9 required=5.0",
        "X-Spam-Level: *******",
        "X-Spam-Score: 9.9",
        "X-Rspamd-Action: no action",
        "X-Rspamd-Action: greylist",
        "X-MS-Exchange-Organization-SCL: -1",
        "X-MS-Exchange-Organization-SCL: 1",
        "X-MS-Exchange-Organization-SCL: not a number",
        "X-Forefront-Antispam-Report: SFV:NSPM;SCL:1;CAT:NONE",
        "X-Forefront-Antispam-Report: SFV:SKN;SCL:9;CAT:SPM",
        "X-Microsoft-Antispam-Mailbox-Delivery: ucf:0;jmr:0;dest:I",
        "X-Microsoft-Antispam: BCL:7;",
        "Subject: [SPAM] Hello",
    ],
)
def test_whatever_leaves_doubt_is_no_spam(header: str) -> None:
    name, _, value = header.partition(": ")
    assert verdict([(name.lower(), value)]) == SpamVerdict(is_spam=False)
