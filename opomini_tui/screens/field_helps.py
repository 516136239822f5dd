"""What F1 says about the field that has the cursor."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from textual.screen import Screen

from opomini_tui.actions import BY_ID
from opomini_tui.text import _
from opomini_tui.widgets.fields import DateField, Field, LongTextField, MoneyField, SelectField
from opomini_tui.widgets.path_field import PathField
from opomini_tui.widgets.span_field import SpanField

HELPS: dict[str, Callable[[], str]] = {
    "SettingsScreen.name": lambda: _("The company's name as it stands at the head of every letter."),
    "iban": lambda: _(
        "The account that is paid to: printed on the letter and in the QR code of the slip. It is checked digit by digit."
    ),
    "bic": lambda: _("The bank's code; letters abroad carry it in their EPC code."),
    "logo_file": lambda: _(
        "A picture for the head of the letters; Tab completes the path. What is stored stays until another is chosen."
    ),
    "contact_person": lambda: _("Who answers questions; stands in the signature of the letter."),
    "SettingsScreen.kind": lambda: _(
        "Graded: each item has its own level, and a notice takes the highest. Simple: every notice is a first one."
    ),
    "minimum_item": lambda: _("Items with a smaller open amount are left out of notices."),
    "minimum_notice": lambda: _("A customer whose items come to less gets no notice."),
    "first_number": lambda: _("The first number of the year; an issued number is never given again."),
    "compensation": lambda: _(
        "40 EUR that the law grants against companies and public bodies, never against natural persons."
    ),
    "rule_guard": lambda: _(
        "What happens to charges that the law limits: named in a warning, lowered to the limit, or left."
    ),
    "interest_cap": lambda: _("Interest on an item stops at the item's own amount."),
    "address_fallback": lambda: _(
        "Where the contact of a level is missing, the one of the 1st notice counts, then the customer's own address."
    ),
    "row_limit": lambda: _("So many rows the grid shows at once; A shows them all."),
    "slip": lambda: _(
        "The UPN slip with its QR code at the foot of the last page. Customers abroad get an EPC code in any case."
    ),
    "reference_kind": lambda: _("SI12: number with a check digit; SI00: without; RF: the international one."),
    "purpose_code": lambda: _("Four letters of the bank's list, such as GDSV."),
    "purpose_text": lambda: _("Stands on the slip; placeholders are offered as you type. At most 42 characters fit."),
    "visible_signature": lambda: _(
        "Keeps room under who stands for the letter, where the signature shows who signed, when and why."
    ),
    "timestamp_url": lambda: _("Each signature gets the stamp of this server; without its answer nothing is issued."),
    "attachment_password": lambda: _(
        "A rule, not a password: each customer has an own one, made of what he knows. Empty sends the letters open."
    ),
    "enabled": lambda: _("Whether notices of this level are made at all."),
    "contact_code": lambda: _("To which of the customer's contacts notices of this level go."),
    "days_late": lambda: _("An item gets here once it is later than so many days."),
    "days_since_previous": lambda: _("So many days must lie between the notice before and this one."),
    "cost": lambda: _("Added to the notice; a notice for cost alone is never made."),
    "deadline_days": lambda: _("The letter asks to pay within so many days."),
    "interest": lambda: _(
        "Statutory interest from the due date to the day of the notice, by the rates of the tab Interest."
    ),
    "color": lambda: _("Background of this level's rows: #rrggbb, or empty for the theme's own."),
    "before_lawsuit": lambda: _("The last notice before the claim goes to court; it has a title and texts of its own."),
    "recall_seconds": lambda: _(
        "A batch waits so long before its first message leaves; until then it can be taken back."
    ),
    "four_eyes_sum": lambda: _(
        "What is queued at once and comes to more than this waits until another operator approves it among the batches."
    ),
    "send_from": lambda: _("Batches leave only from this time on, in the time zone below; empty means at any time."),
    "send_days": lambda: _("The days on which batches leave, 1 for Monday to 7 for Sunday: 12345."),
    "time_zone": lambda: _("Such as Europe/Ljubljana; moments are shown in it wherever the machine stands."),
    "html_mail": lambda: _("Messages carry the same text as HTML too. Plain text reads everywhere."),
    "OperatorForm.code": lambda: _(
        "The operator's short code, such as 006; stands in the journal and cannot be changed later."
    ),
    "role": lambda: _("What he may do: look, work, or change settings and operators."),
    "OperatorForm.language": lambda: _("The language of the screens; the letters follow the customer's."),
    "system_login": lambda: _("Who has signed in to the system under this name needs no password here."),
    "OperatorForm.email": lambda: _("Messages leave from this address, and the test message goes to it."),
    "direct": lambda: _("On: messages go through the server below. Off: they are written as files for a mail client."),
    "bcc_self": lambda: _(
        "A blind copy of every message to yourself; it also proves what arrived when the line broke."
    ),
    "smtp_host": lambda: _("The server that takes your mail, such as smtp.example.si."),
    "pop3_host": lambda: _("The mailbox in which answers and returned messages arrive; nothing is deleted there."),
    "smtp_connections": lambda: _("So many connections at once, for all senders together. Many servers allow few."),
    "smtp_per_minute": lambda: _("The server's limit, for all senders together; 0 is none."),
    "authentication": lambda: _(
        "How you sign in to the server; for Microsoft 365 and Google choose XOAUTH2, then connect the account."
    ),
    "mail_password": lambda: _("Stored encrypted and never shown; an empty field leaves it as it is."),
    "new_password": lambda: _("For signing in here; empty leaves the old one."),
    "printer": lambda: _("The name by which the system (CUPS) knows the printer; empty is its default one."),
    "low_traffic": lambda: _("Fewer bytes over a slow line: 16 colours, no animation, fewer pictures a second."),
    "tray": lambda: _("The paper tray by the printer's own name for it; empty leaves it to the printer."),
    "CustomerForm.code": lambda: _("The code of the ledger; imports find the customer by it."),
    "CustomerForm.kind": lambda: _(
        "Natural persons get other texts, no compensation, and the limits of the law for consumers."
    ),
    "CustomerForm.language": lambda: _("The language of this customer's letters and messages."),
    "CustomerForm.email": lambda: _(
        "Counts when no contact does and the fallback is on; several addresses are separated by commas."
    ),
    "defaulter": lambda: _("Only a mark, shown in the grid and the lists."),
    "no_dunning": lambda: _("No notices for this customer, until the day below or for good. A reason is needed."),
    "ContactForm.email": lambda: _("Where the notices go; several addresses are separated by commas."),
    "valid_from": lambda: _("The day from which the rate counts; the one before ends the day before."),
    "confirmed": lambda: _(
        "Ticked once the rate was seen in an official publication; an unconfirmed one warns at every preparing."
    ),
    "on": lambda: _("Items that are late on this day are dunned; it becomes the date of the notices."),
    "posted": lambda: _("The letters leave by post: the notices count as sent."),
    "copy_mark": lambda: _("Letters that were printed before carry the stamp KOPIJA."),
    "UnlockScreen.reason": lambda: _("Stands in the journal beside your name."),
    "cc": lambda: _("A copy of every message to these addresses, separated by commas."),
    "as_of": lambda: _("The day on which the ledger's list was made; what is missing in it counts as paid."),
    "interest_page": lambda: _("A page behind the letter that says how the interest of each item was computed."),
    "ca_file": lambda: _(
        "Certificates beside those of the system, as a PEM file; what is stored stays until another is chosen."
    ),
    "plain_allowed": lambda: _(
        "Only where the way to the server is protected otherwise; the password goes in clear text."
    ),
    "account": lambda: _("The name with which you sign in to the mail server, often the address itself."),
    "oauth_client": lambda: _("The ID of the application registered with the provider; the manual of each tells how."),
    "packet": lambda: _("The number of a run of Prepare; each run is one packet of its year."),
    "target": lambda: _("A PDF file, or paper by way of the printing system (CUPS)."),
    "scope": lambda: _("What the grid shows, the ticked rows alone, or those within the bounds below."),
    "no_dunning_reason": lambda: _("Stands beside the customer's items when notices are prepared."),
    "no_dunning_until": lambda: _("Up to and including this day; empty is for good."),
    "hold": lambda: _("Disputed or blocked items are on no notice."),
    "hold_until": lambda: _("Up to and including this day; empty is for good."),
}
"""By the field's name, or by form and name where several forms have one of that name; the three levels share theirs."""
TYPING: tuple[tuple[type[Field[Any]], Callable[[], str]], ...] = (
    (DateField, lambda: _("A day is typed as 24.11.2026, 24.11., 2411, +7 (in a week) or “danes” (today).")),
    (MoneyField, lambda: _("An amount is typed as 5450,6 or 5.450,60.")),
    (SpanField, lambda: _("From – to; an empty end is open.")),
    (SelectField, lambda: _("Enter or Space opens the values; a letter goes to the next one that begins with it.")),
    (PathField, lambda: _("Tab completes the path, as in a shell.")),
    (LongTextField, lambda: _("Tab goes on to the next field.")),
)
"""What each kind of field takes."""


def about_focus(screen: Screen[Any]) -> str:
    """The field of the screen that has the cursor, by its label, and what is to be said of it; "" for no such field."""
    focused = screen.focused
    field = next((node for node in focused.ancestors if isinstance(node, Field)), None) if focused else None
    said = field_help(screen, field) if field else []
    if field is None or not said:
        return ""
    return " ".join([_("Field “{label}”").format(label=field.label) + ":", *said])


def field_help(form: object, field: Field[Any]) -> list[str]:
    """The sentences on a field of a form: what it is for, then how it is typed; none for a plain text."""
    name = re.sub(r"^level_\d_", "", str(field.name))
    keys = [f"{kind.__name__}.{name}" for kind in type(form).__mro__]
    purpose = next((HELPS[key] for key in (*keys, name) if key in HELPS), None)
    typing = next((said for kind, said in TYPING if isinstance(field, kind)), None)
    known = _("{key} lists the known values.").format(key=BY_ID["field.values"].key) if field.values is not None else ""
    return [*(said() for said in (purpose, typing) if said is not None), *filter(None, [known])]
