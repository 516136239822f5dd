"""What a customer wrote: the first lines of his answer, without what he quotes."""

from __future__ import annotations

import html
import re
import string
from email.message import Message

from opomini_tui.mail.mailbox.headers import clean, decode

LONGEST = 500
"""Characters of a summary."""
_READ = 100_000
# Every repetition is bounded, so that no text takes long.
_QUOTE_BEGINS = re.compile(
    r"^[ \t]{0,20}(?:>|-{2,20}[ \t]{0,5}(?:original|izvirno|ursprüngliche)|_{10,80}[ \t]{0,20}$"
    r"|(?:from|od|von|da)[ \t]{0,5}:[ \t].{0,200}@"
    r"|.{0,200}(?:wrote|napisala?|je pisala?|schrieb|ha scritto)\b.{0,100}:[ \t]{0,20}$)",
    re.I | re.M,
)
_UNSEEN = ("script", "style", "head")
_BREAKS = ("br", "p", "div", "tr")


def summary(message: Message) -> str:
    """The first words that the writer wrote himself, on one line, `LONGEST` characters at the most."""
    for kind in ("text/plain", "text/html"):
        for part in message.walk():
            if part.get_content_type() != kind or part.get_content_disposition() == "attachment":
                continue
            raw = part.get_payload(decode=True)
            text = decode(raw[:_READ], str(part.get_param("charset", "utf-8"))) if isinstance(raw, bytes) else ""
            if text.strip():
                return _own_words(_seen(text) if kind == "text/html" else text)
    return ""


def _own_words(text: str) -> str:
    """What stands before the quotation; all of it when the answer stands below."""
    unix = text.replace("\r\n", "\n")
    begin = _QUOTE_BEGINS.search(unix)
    above = clean(unix[: begin.start()], LONGEST) if begin else ""
    if above or begin is None:
        return above or clean(unix, LONGEST)
    below = "\n".join(line for line in unix.split("\n") if not _QUOTE_BEGINS.match(line))
    return clean(below, LONGEST) or clean(unix, LONGEST)


_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)  # `lower` may change the length
_TAG = re.compile(r"<(/?)([A-Za-z]{1,10})\b")


def _seen(page: str) -> str:
    """An HTML text as it is read. One walk from "<" to "<": whatever the page is, it takes no longer than its length."""
    pieces, at, small = list[str](), 0, page.translate(_SMALL)
    while (begin := page.find("<", at)) >= 0:
        pieces.append(page[at:begin])
        found = _TAG.match(page, begin)
        tag = found[2].lower() if found else ""
        if tag in _BREAKS:
            pieces.append("\n")
        if found and tag in _UNSEEN and not found[1]:
            end = small.find(f"</{tag}", begin)
            at = end
        elif page.startswith("<!--", begin):
            end = page.find("-->", begin)
            at = end + 3
        else:
            end = page.find(">", begin)
            at = end + 1
        if end < 0:
            return html.unescape("".join(pieces))
    return html.unescape("".join(pieces) + page[at:])
