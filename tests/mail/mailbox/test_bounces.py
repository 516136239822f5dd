"""Reports are understood: the samples of flufl.bounce as it does or better, and RFC 3464 wherever it hides."""

from __future__ import annotations

import base64
import csv
from pathlib import Path

import pytest
from flufl.bounce import all_failures

from opomini_tui.mail.mailbox.bounces import Report, own_id_in, read_report
from opomini_tui.mail.mailbox.headers import heads_of, parse

SAMPLES = Path(__file__).parent / "samples"
OWN = "<opomin.2012.7.0123456789abcdef0123456789abcdef@podjetje.example>"


def expected() -> dict[str, set[tuple[str, str]]]:
    """Action and address by sample."""
    found: dict[str, set[tuple[str, str]]] = {path.name: set() for path in SAMPLES.glob("*.txt")}
    with (SAMPLES / "expected.csv").open() as file:
        for row in csv.DictReader(file):
            if row["action"]:
                found[row["sample"]].add((row["action"], row["address"]))
    return found


def told(report: Report | None) -> set[tuple[str, str]]:
    """Action and address of a report's recipients."""
    return {(one.action, one.addresses[0]) for one in report.recipients} if report else set()


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def test_the_samples_are_all_there() -> None:
    wanted = expected()
    assert len(wanted) == 117
    assert sum(map(bool, wanted.values())) == 112


@pytest.mark.parametrize("name", sorted(expected()))
def test_every_sample_is_understood_as_flufl_does(name: str) -> None:
    wanted = expected()[name]
    assert told(read_report(sample(name))) == wanted
    temporary, permanent = all_failures(parse(sample(name)))
    theirs = {("delayed", a.decode()) for a in temporary} | {("failed", a.decode()) for a in permanent}
    assert theirs == wanted


@pytest.mark.parametrize("name", sorted(name for name, wanted in expected().items() if wanted))
def test_every_report_is_read_whole_because_of_its_headers(name: str) -> None:
    heads = heads_of(parse(sample(name)))
    assert heads.reports or heads.sounds_like_report


def test_better_than_flufl_the_reason_is_told() -> None:
    reasons = {
        "dsn_02.txt": "4.4.7 Reason 1 (Unable-To-Transfer); Diagnostic 5 (Maximum-Time-Expired)",
        "dsn_14.txt": "550 5.1.1 User unknown",
        "qmail_03.txt": "Sorry, no mailbox here by that name. vpopmail (#5.1.1)",
        "simple_08.txt": "550 user unknown",
    }
    for name, reason in reasons.items():
        report = read_report(sample(name))
        assert report is not None
        assert report.recipients[0].reason == reason


def test_ordinary_mail_is_no_report() -> None:
    for name in ("groupwise_03.txt", "qmail_08.txt", "dumbass_01.txt"):
        assert read_report(sample(name)) is None


def report_of(status: str, *, more: str = "", kind: str = "message/delivery-status") -> bytes:
    """A report with this delivery status and further parts."""
    return (
        f'Content-Type: multipart/report; boundary="B"\n\n--B\nContent-Type: {kind}\n\n{status}\n{more}--B--\n'.encode()
    )


@pytest.mark.parametrize(
    ("action", "wanted"),
    [
        ("failed", "failed"),
        ("Failed (permanently)", "failed"),
        ("error", "failed"),
        ("delayed", "delayed"),
        ("delivered", "delivered"),
        ("relayed", "passed on"),
        ("expanded", "passed on"),
    ],
)
@pytest.mark.parametrize("status", ["5.1.1", "4.2.1", "2.0.0"])
def test_the_action_decides_and_not_the_status(action: str, wanted: str, status: str) -> None:
    report = read_report(
        report_of(
            f"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.example\nAction: {action}\nStatus: {status}\n"
        )
    )
    assert report is not None
    (one,) = report.recipients
    assert (one.action, one.addresses, one.status) == (wanted, ("a@x.example",), status)


@pytest.mark.parametrize(
    ("fields", "addresses"),
    [
        ("Final-Recipient: rfc822;a@x.example", ("a@x.example",)),
        ("Final-Recipient: RFC822; <a@x.example>", ("a@x.example",)),
        ("Final-Recipient: <a@x.example>", ("a@x.example",)),
        ("Final-Recipient: utf-8; žiga@x.example", ("žiga@x.example",)),
        ("Final-Recipient: rfc822; a@x.example (Ana)", ("a@x.example",)),
        (
            "Original-Recipient: rfc822;info@x.example\nFinal-Recipient: rfc822;a@x.example",
            ("info@x.example", "a@x.example"),
        ),
        ("Original-Recipient: rfc822;in+2Bfo@x.example", ("in+2Bfo@x.example", "in+fo@x.example")),
        ("Final-Recipient: x400; /C=SI/O=X/S=A/", ()),
        ("Final-Recipient: rfc822; undisclosed", ()),
    ],
)
def test_addresses_as_servers_write_them(fields: str, addresses: tuple[str, ...]) -> None:
    report = read_report(report_of(f"Reporting-MTA: dns; x\n\n{fields}\nAction: failed\n"))
    assert report is not None
    assert report.recipients[0].addresses == addresses


def test_an_encoded_status_is_read() -> None:
    status = "Reporting-MTA: dns; x\nOriginal-Envelope-Id: abc+2Bdef\n\nFinal-Recipient: rfc822; a@x.example\nAction: failed\n"
    encoded = base64.encodebytes(status.encode()).decode()
    for kind in ("message/delivery-status", "message/global-delivery-status"):
        report = read_report(report_of(encoded, kind=f"{kind}\nContent-Transfer-Encoding: base64"))
        assert told(report) == {("failed", "a@x.example")}
        assert report is not None
        assert report.envelope_id == "abc+def"
    plain = read_report(report_of(status, kind="message/global-delivery-status"))
    assert told(plain) == {("failed", "a@x.example")}


def test_ids_in_the_text_count_only_without_quoted_headers() -> None:
    status = "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@x.example\nAction: failed\n"

    def ids(text: str) -> tuple[str, ...]:
        report = read_report(report_of(status, more=f"--B\nContent-Type: text/plain\n\n{text}\n"))
        assert report is not None
        return report.ids_in_text

    assert ids(f"about {OWN}") == (OWN,)
    assert ids(f"> Message-Id: {OWN}\n> References: <1@x>") == (OWN,)
    assert ids(f"Message-ID: <reply@podjetje.example>\nReferences: {OWN}") == ()
    assert ids("nothing") == ()
    assert own_id_in(f"…{OWN}…".encode())
    assert not own_id_in(b"<opomin.2012.7.short@podjetje.example>")
