"""What mail programs say in their HTML about quotes and signatures, by class, id and style."""

from __future__ import annotations

import re
from typing import Literal

from selectolax.lexbor import LexborHTMLParser, LexborNode

# "rest" = from this element on to the end of the mail.
Mark = Literal["quote", "rest", "signature"]

# The attribute by which sanitized HTML keeps what its classes said.
KEPT_AS = "data-fold"

QUOTES = (
    "blockquote[type=cite]",
    "blockquote.gmail_quote, .gmail_attr",
    "blockquote.protonmail_quote, div.protonmail_quote, blockquote.tutanota_quote",
    '[class*="yahoo_quoted"], [id*="yahoo_quoted"], .yahoo_quoted',
    ".moz-cite-prefix, .moz-email-headers-table",
    ".zmail_extra, .missive_quote, .front-blockquote, .mailbird-quote, .freshdesk_quote",
    "blockquote.clean_bq, blockquote.airmail_quote, .AppleOriginalContents",
    "blockquote.iosymail, blockquote.spark_quote, [name=messageReplySection]",
    "#OLK_SRC_BODY_SECTION, #mail-editor-reference-message-container, #isReplyContent",
    'div[name="quote"], #reply-intro, #replyHeader, .replyHeader',
    "#qt[type=cite], #oriMsgHtmlSeperator, .hs_reply_quote, .k9mail-quote",
)
RESTS = (
    "#divRplyFwdMsg, #appendonsend, #stopSpelling, #zwchr",
    '[data-marker="__DIVIDER__"], [data-marker="__HEADERS__"]',
)
SIGNATURES = (
    ".gmail_signature, .gmail_signature_prefix, [data-smartmail=gmail_signature]",
    ".moz-signature, .moz-txt-sig",
    "#Signature, #signature, .ms-outlook-mobile-signature, #ms-outlook-mobile-signature",
    "#ms-outlook-ios-signature, #composer_signature, #AppleMailSignature",
    "[name=messageSignatureSection], [data-signatureblock=true], .k9mail-signature",
    ".protonmail_signature_block, .tutanota_signature, .zmail_signature, .yahoo_signature",
)
KEPT = tuple(f'[{KEPT_AS}="{mark}"]' for mark in ("quote", "rest", "signature"))

# Gmail wraps a forwarded mail in the class of its quotes, and an inline answer stands in the
# wrapper between two quotes; so the wrapper proves something only where no quote is inside.
_GMAIL_WRAPPER = "div.gmail_quote"

# Outlook draws a line above the table of From, Sent, To and Subject, and marks nothing else.
_OUTLOOK_TABLE = 'div[style*="border-top" i]'
_OUTLOOK_LINE = re.compile(r"border-top:\s*solid\s|border-top-style:\s*solid", re.IGNORECASE)
_BOLD_LABEL = re.compile(r"[^:：]{1,30}[:：]\s*")


def marks_of(document: LexborHTMLParser) -> dict[int, Mark]:
    """Return the marked elements of the document by their `mem_id`."""
    found: dict[int, Mark] = {}
    for node in document.css(", ".join((*SIGNATURES, KEPT[2]))):
        found[node.mem_id] = "signature"
    for node in document.css(", ".join((*QUOTES, KEPT[0]))):
        found[node.mem_id] = "quote"
    for node in document.css(_GMAIL_WRAPPER):
        if node.css_first("blockquote") is None:
            found[node.mem_id] = "quote"
    for node in document.css(", ".join((*RESTS, KEPT[1]))):
        found[node.mem_id] = "rest"
    for node in document.css(_OUTLOOK_TABLE):
        if _OUTLOOK_LINE.search(node.attributes.get("style") or "") and _has_header_rows(node):
            found[node.mem_id] = "rest"
    return found


def _has_header_rows(node: LexborNode) -> bool:
    labels = [bold for bold in node.css("b, strong")[:12] if _BOLD_LABEL.fullmatch(bold.text())]
    return len(labels) >= 3
