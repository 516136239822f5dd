"""Nastavitve: tab E-pošta (recall window, sending hours, HTML part, own authority) and the fields of the letter's slip."""

from __future__ import annotations

from pathlib import Path

from textual.app import ComposeResult
from textual.widgets import Static

from opomini_tui.documents.encryption import placeholder_list
from opomini_tui.models.settings import Company
from opomini_tui.screens import known_values
from opomini_tui.screens.tabbed import beside, scrolling
from opomini_tui.setup.checks import FieldErrors
from opomini_tui.text import _
from opomini_tui.widgets.field_values import listed
from opomini_tui.widgets.fields import CheckField, MoneyField, NumberField, SelectField, TextField
from opomini_tui.widgets.path_field import PathField
from opomini_tui.widgets.template_field import TemplateTextField

CERTIFICATES = (".pem", ".crt", ".cer")
MOST_BYTES = 1_000_000


def mail_fields(company: Company) -> ComposeResult:
    """Tab E-pošta."""
    with scrolling():
        seconds = company.recall_seconds
        yield NumberField("recall_seconds", _("A batch can be recalled for"), seconds, low=0, high=3600, hint="s")
        yield _note(_("So long a batch waits before it starts. A single notice leaves at once."))
        yield MoneyField("four_eyes_sum", _("Second operator above"), company.four_eyes_sum)
        yield _note(_("Messages above this sum leave only when a second operator has approved them; 0 is never."))
        yield beside(
            TextField("send_from", _("Batches are sent from"), company.send_from, width=6, placeholder="8:00"),
            TextField("send_until", _("until"), company.send_until, width=6, placeholder="17:00"),
        )
        yield TextField("send_days", _("On the days"), company.send_days, width=8, hint=_("1 is Monday, 7 is Sunday"))
        yield TextField("time_zone", _("Time zone"), company.time_zone).offers(listed(known_values.time_zones))
        yield _note(_("Without hours messages leave at any time. A batch can be started at once all the same."))
        yield CheckField("html_mail", _("Also as HTML"), company.html_mail)
        kept = _("stored") if company.ca_certificates else ""
        yield PathField("ca_file", _("Own certificate authority (PEM)"), endings=CERTIFICATES, placeholder=kept)
        yield CheckField("ca_remove", _("Remove the authority"), disabled=not company.ca_certificates)
        yield _note(_("Trusted beside those of the system: for a mail server inside the company."))


def letter_fields(company: Company) -> ComposeResult:
    """Skupina Opomin: the payment slip."""
    yield Static(_("Letter"), markup=False, classes="group")
    yield CheckField("slip", _("Payment slip (UPN QR)"), company.slip)
    kinds = [(kind, kind) for kind in ("SI12", "SI00", "RF")]
    yield SelectField("reference_kind", _("Kind of reference"), kinds, company.reference_kind)
    purpose = TextField("purpose_code", _("Purpose code"), company.purpose_code, width=6, max_length=4)
    yield purpose.offers(listed(known_values.purposes))
    packaged = _("the packaged text")
    yield TemplateTextField("purpose_text", _("Purpose of the payment"), company.purpose_text, placeholder=packaged)
    yield CheckField("interest_page", _("Interest specification"), company.interest_page)
    yield CheckField("visible_signature", _("Visible signature"), company.visible_signature)
    yield TextField("timestamp_url", _("Time stamp server"), company.timestamp_url, placeholder="http://")
    rule = company.attachment_password
    yield TextField("attachment_password", _("Password of the attachment"), rule, placeholder=_("sent open"))
    yield _note(
        _(
            "Locks the letters that go by mail to natural persons. Made of {known}; the message tells the customer in words."
        ).format(known=placeholder_list())
    )


def _note(sentence: str) -> Static:
    return Static(sentence, markup=False, classes="note")


def read_authority(path: str) -> str:
    """The text of a PEM file.

    Raises:
        FieldErrors: field `ca_file`, it cannot be read or is no text.
    """
    try:
        with Path(path).expanduser().open("rb") as file:
            return file.read(MOST_BYTES).decode("ascii")
    except OSError as error:
        sentence = _("The file {path} cannot be read: {why}.")
        why = error.strerror or type(error).__name__
        raise FieldErrors({"ca_file": sentence.format(path=path, why=why)}) from error
    except UnicodeDecodeError as error:
        sentence = _("Certificates in PEM are expected (-----BEGIN CERTIFICATE-----).")
        raise FieldErrors({"ca_file": sentence}) from error
