"""The first words of an answer, as its writer wrote them."""

from __future__ import annotations

import time

import pytest

from opomini_tui.mail.mailbox.bounces import read_report
from opomini_tui.mail.mailbox.headers import heads_of, parse
from opomini_tui.mail.mailbox.replies import LONGEST, summary


def text(body: str, kind: str = "text/plain; charset=utf-8") -> str:
    return summary(parse(f"From: a@x.example\nContent-Type: {kind}\n\n{body}".encode()))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Plačano včeraj.\n\nLp, Ana", "Plačano včeraj. Lp, Ana"),
        ("Plačano.\n\n> Spoštovani,\n> plačajte", "Plačano."),
        ("Plačano.\n\nOn Mon, Aug 20, 2012 Skrbnik wrote:\n> x", "Plačano."),
        ("Plačano.\n\nDne 20. 8. 2012 je oseba Skrbnik <s@x.si> napisala:\n> x", "Plačano."),
        ("Plačano.\n\n-----Izvirno sporočilo-----\nOd: Skrbnik", "Plačano."),
        ("Plačano.\n\n________________________________\nFrom: Skrbnik", "Plačano."),
        ("Plačano.\r\n\r\nOd: Skrbnik <s@x.si>\r\nZadeva: Opomin", "Plačano."),
        ("> Spoštovani\n> plačajte\n\nPlačano.", "Plačano."),
        ("> only quoted", "> only quoted"),
        ("", ""),
        ("a\0b\x1b[31mc\t d", "a b [31mc d"),
    ],
)
def test_quotations_are_left_out(body: str, words: str) -> None:
    assert text(body) == words


def test_it_is_never_long() -> None:
    assert LONGEST - 8 < len(text("beseda " * 50_000)) <= LONGEST


def test_html_is_read_as_it_is_seen() -> None:
    page = "<html><head><style>p{}</style></head><body><p>Plačali&nbsp;bomo &lt;jutri&gt;.</p><!-- x --><script>y</script></body>"
    assert text(page, "text/html; charset=utf-8") == "Plačali bomo <jutri>."


@pytest.mark.parametrize(
    ("page", "seen"),
    [
        ("</script>a<script>b</script>c</style>d", "acd"),
        ("a<!-- b", "a"),
        ("a<!-->b", "ab"),
        ("a<script>b", "a"),
        ("a<b", "a"),
        ("a<p", "a"),
        ("a<br>b<BR/>c", "a b c"),
        ("İİİ<script>b</script>c", "İİİc"),
        ("<head><title>t</title></head><header>h</header>", "h"),
    ],
)
def test_broken_html(page: str, seen: str) -> None:
    assert text(page, "text/html; charset=utf-8") == seen


UNITS = (
    "\n",
    " ",
    "<",
    ">",
    "<a@b.c>\n",
    "<script ",
    "<!-- ",
    "wrote ",
    "From: a@b\n",
    "  <a@b>\n\n",
    "-",
    "_",
    "&lt;",
)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("kind", ["text/plain", "text/html"])
def test_no_text_takes_long(unit: str, kind: str) -> None:
    begin = time.monotonic()
    text(unit * (300_000 // len(unit)), kind)
    raw = f"From: a@x.example\nContent-Type: {kind}\n\n{unit * (300_000 // len(unit))}".encode()
    read_report(raw)
    assert time.monotonic() - begin < 30  # a quiet machine takes 0.4; what is quadratic takes minutes


def test_the_plain_part_is_preferred_and_attachments_are_none() -> None:
    mail = (
        'From: a@x.example\nContent-Type: multipart/mixed; boundary="B"\n\n'
        "--B\nContent-Type: text/html\n\n<b>html</b>\n--B\nContent-Type: text/plain\nContent-Disposition: attachment\n\n"
        "file\n--B\nContent-Type: text/plain; charset=iso-8859-2\nContent-Transfer-Encoding: quoted-printable\n\n"
        "Ra=E8un pla=E8an\n--B--\n"
    )
    assert summary(parse(mail.encode())) == "Račun plačan"


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("=?iso-8859-2?q?Ra=E8un?=", "Račun"),
        ("=?utf-8?b?xIzFocW+?= x", "Čšž x"),
        ("=?x-unknown?q?Ra=C4=8Dun?=", "Račun"),
        ("=?utf-8?b?A?=", "=?utf-8?b?A?="),
        ("Račun", "Račun"),
        ("a\n b", "a b"),
    ],
)
def test_subjects_in_any_charset(header: str, subject: str) -> None:
    assert heads_of(parse(f"Subject: {header}\n\n".encode())).subject == subject


def test_a_subject_in_the_old_charset_without_encoding() -> None:
    assert heads_of(parse("Subject: Račun\n\n".encode("cp1250"))).subject == "Račun"


@pytest.mark.parametrize(
    ("header", "by_machine"),
    [
        ("Auto-Submitted: auto-replied (vacation)", True),
        ("Auto-Submitted: auto-generated", True),
        ("Auto-Submitted: no", False),
        ("X-Autoreply: yes", True),
        ("X-Autorespond: x", True),
        ("Precedence: auto_reply", True),
        ("Precedence: bulk", False),
    ],
)
def test_automatic_answers_say_so(header: str, by_machine: bool) -> None:
    assert heads_of(parse(f"From: a@x.example\n{header}\n\n".encode())).by_machine is by_machine
