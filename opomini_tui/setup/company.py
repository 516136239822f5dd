"""Saving the company, the levels, the number series, texts, rates and contact codes.

Functions `change_…` check and save inside the caller's transaction and give the changes; the `save_…`
functions around them are what a form calls: one transaction, checked as a whole, told to the journal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from peewee import fn

from opomini_tui.errors import OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive
from opomini_tui.models.notices import Notice
from opomini_tui.models.parties import ContactType
from opomini_tui.models.settings import Company, DunningLevel, InterestRate, NumberSeries, Template
from opomini_tui.setup import checks
from opomini_tui.setup.changes import Change, put, write_changes
from opomini_tui.setup.checks import Field, FieldErrors, boolean, check_fields, choice, text, whole
from opomini_tui.setup.conflicts import Clash, Conflict, reconcile, there
from opomini_tui.text import _
from opomini_tui.text.formats import amount_of

COMPANY = (
    Field("name", text(required=True)),
    *(Field(name, text()) for name in ("street", "post_code", "city")),
    Field("country", text(2)),
    *(Field(name, text(30)) for name in ("tax_id", "registration_number")),
    Field("iban", checks.iban),
    Field("bic", text(11)),
    Field("bank", text()),
    Field("email", checks.email),
    Field("phone", text(50)),
    Field("contact_person", text()),
    Field("logo", checks.picture),
)
DUNNING = (
    Field("kind", choice("graded", "simple")),
    Field("minimum_item", checks.money),
    Field("minimum_notice", checks.money),
    Field("compensation", choice("none", "per_notice", "per_invoice")),
    Field("interest_cap", boolean),
    Field("rule_guard", choice("off", "warn", "apply")),
    Field("address_fallback", boolean),
    Field("row_limit", whole(1, 1_000_000)),
)
MAIL = (
    Field("recall_seconds", whole(0, 3600)),
    Field("four_eyes_sum", checks.money),
    Field("send_from", checks.time_of_day),
    Field("send_until", checks.time_of_day),
    Field("send_days", checks.week_days),
    Field("time_zone", checks.time_zone),
    Field("html_mail", boolean),
    Field("ca_certificates", checks.ca_certificates),
)
LETTER = (
    Field("slip", boolean),
    Field("reference_kind", choice("SI12", "SI00", "RF")),
    Field("purpose_code", checks.purpose_code),
    Field("purpose_text", checks.template),
    Field("interest_page", boolean),
    Field("visible_signature", boolean),
    Field("timestamp_url", checks.timestamp_url),
    Field("attachment_password", checks.attachment_password),
)
SECTIONS = (("company", COMPANY), ("dunning", DUNNING), ("mail", MAIL), ("letter", LETTER))
"""The sections of a settings file that are kept in the company's record."""
COMPANY_FIELDS = tuple(field for _section, fields in SECTIONS for field in fields)
LEVEL = (
    Field("enabled", boolean),
    Field("contact_code", text(20), "contact"),
    Field("days_late", whole(0, 9999)),
    Field("days_since_previous", whole(0, 9999)),
    Field("cost", checks.money),
    Field("deadline_days", whole(0, 365)),
    Field("interest", boolean),
    Field("color", checks.color),
    Field("before_lawsuit", boolean),
)
TEMPLATE_KEYS = (
    Field("level", whole(1, 4)),
    Field("language", choice("sl", "en", "de", "it", "hr")),
    Field("customer_kind", choice("company", "person")),
    Field("part", choice("above", "below", "subject", "mail")),
)
TEMPLATE = (*TEMPLATE_KEYS, Field("content", checks.template))
RATE = (
    Field("valid_from", checks.day),
    Field("rate", checks.per_cent),
    Field("source", text()),
    Field("confirmed", boolean),
)
CONTACT_TYPE = (Field("code", text(20, required=True)), Field("name", text()))


def read_logo(path: Path) -> bytes:
    """The bytes of a picture file for the field `logo`.

    Raises:
        OpominiError: the file cannot be read.
    """
    try:
        with path.expanduser().open("rb") as file:
            return file.read(checks.LOGO_BYTES + 1)
    except OSError as error:
        raise OpominiError(
            _("The file {path} cannot be read: {why}.").format(path=path, why=error.strerror or type(error).__name__)
        ) from error


def save_rate(
    values: Mapping[str, object], actor: Actor, *, seen: Mapping[str, object] | None = None
) -> tuple[Change, ...]:
    """Save an interest rate (fields of RATE; `valid_from` says which); what changed. `seen`: as `reconcile` takes it, for a
    rate that was there; None also for a new one.

    Raises:
        FieldErrors: a field is wrong. NotAllowed: the actor may not change settings. Conflict: somebody else changed the
            same. Gone: somebody has deleted it meanwhile.
    """
    actor.require("settings")
    with exclusive("settings"):
        return _told(change_rate(values, seen), actor)


def save_contact_type(
    values: Mapping[str, object], actor: Actor, *, seen: Mapping[str, object] | None = None
) -> tuple[Change, ...]:
    """Save a contact code and its name; what changed. `seen` and what is raised: as `save_rate`."""
    actor.require("settings")
    with exclusive("settings"):
        return _told(change_contact_type(values, seen), actor)


def _told(changes: list[Change], actor: Actor) -> tuple[Change, ...]:
    """The changes, written to the journal."""
    write_changes(actor.code, changes)
    return tuple(changes)


def change_company(values: Mapping[str, object], seen: Mapping[str, object] | None = None) -> list[Change]:
    """Check and save fields of COMPANY_FIELDS; `seen`: as `reconcile` takes it.

    Raises:
        FieldErrors: a field is wrong. Conflict: somebody else changed the same.
    """
    company = Company.current()
    clean = reconcile(company, check_fields(values, COMPANY_FIELDS), seen or {}, COMPANY_FIELDS)
    changes: list[Change] = []
    for section, fields in SECTIONS:
        names = {field.name for field in fields}
        changes += put(company, {name: value for name, value in clean.items() if name in names}, fields, section)
    if changes:
        company.save()
    return changes


def change_level(level: int, values: Mapping[str, object], seen: Mapping[str, object] | None = None) -> list[Change]:
    """Check and save fields of one level; a contact code that is new is added to the contact codes. As `change_company`."""
    record = DunningLevel.get_by_id(level)
    clean = reconcile(record, check_fields(values, LEVEL), seen or {}, LEVEL)
    changes = put(record, clean, LEVEL, f"levels.{level}")
    if changes:
        record.save()
    code = record.contact_code
    if code and ContactType.get_or_none(ContactType.code == code) is None:
        changes += change_contact_type({"code": code})
    return changes


def check_levels() -> None:
    """Level 2 needs level 1, and level 3 needs level 2.

    Raises:
        FieldErrors: field `levels.N.enabled`.
    """
    enabled = {record.level for record in DunningLevel.select() if record.enabled}
    for level in (2, 3):
        if level in enabled and level - 1 not in enabled:
            sentence = _("Level {level} can be on only when level {lower} is on.")
            raise FieldErrors({f"levels.{level}.enabled": sentence.format(level=level, lower=level - 1)})


def change_first_number(year: object, number: object, seen: object = None) -> list[Change]:
    """Check and save the first number of a year; it may not lie under a number that was given already. `seen`: the one
    that was shown before; None: whatever it is.

    Raises:
        FieldErrors: field `year` or `first_number`. Conflict: somebody else has set another meanwhile.
    """
    fields = (Field("year", whole(1990, 2999)), Field("first_number", whole(1, 99_999_999)))
    clean = check_fields({"year": year, "first_number": number}, fields)
    series = NumberSeries.get_or_none(NumberSeries.year == clean["year"])
    new = series is None
    if series is None:
        series = NumberSeries(year=clean["year"], first_number=0)
    before, wanted = series.first_number, int(str(clean["first_number"]))
    if before == wanted:
        return []
    stored = 1 if new else before
    if seen not in (None, stored):
        raise Conflict({"first_number": Clash(stored, wanted)})
    given = Notice.select(fn.MAX(Notice.number)).where(Notice.year == series.year).scalar() or 0
    last = max(int(given), series.last_issued)
    if wanted <= last:
        sentence = _("Notices of {year} have numbers up to {last} already; the first number must be higher.")
        raise FieldErrors({"first_number": sentence.format(year=series.year, last=last)})
    series.first_number = wanted
    series.save(force_insert=new)
    return [Change(f"dunning.first_number.{series.year}", "" if new else str(before), str(wanted))]


def change_template(values: Mapping[str, object]) -> list[Change]:
    """Check and save one text; all fields of TEMPLATE must be given."""
    clean = check_fields({field.name: values.get(field.name, "") for field in TEMPLATE} | dict(values), TEMPLATE)
    key = {field.name: clean[field.name] for field in TEMPLATE_KEYS}
    try:
        checks.text_of_part(clean["content"], str(key["part"]))
    except ValueError as error:
        raise FieldErrors({"content": str(error)}) from error
    record = Template.get_or_none(**key)
    before, content = (record.content if record else ""), str(clean["content"])
    if before == content:
        return []
    if record is None:
        Template.create(**clean)
    elif not content:
        record.delete_instance()
    else:
        record.content = content
        record.save()
    return [Change(f"templates.{'.'.join(str(part) for part in key.values())}", before, content)]


def change_rate(values: Mapping[str, object], seen: Mapping[str, object] | None = None) -> list[Change]:
    """Check and save one interest rate; a new one needs `rate`. `seen` and what is raised: as `save_rate`."""
    clean = check_fields({"valid_from": "", **values}, RATE)
    first = clean.pop("valid_from")
    assert isinstance(first, date)
    record = InterestRate.get_or_none(InterestRate.valid_from == first)
    new = record is None
    if seen:
        clean = reconcile(there(record), clean, seen, RATE, {"rate": amount_of})
    if record is None:
        if "rate" not in clean:
            raise FieldErrors({"rate": _("This field may not be empty.")})
        record = InterestRate(valid_from=first, rate=None)
    changes = put(record, clean, RATE, f"interest_rates.{first.isoformat()}")
    if changes:
        record.save(force_insert=new)
    return changes


def change_contact_type(values: Mapping[str, object], seen: Mapping[str, object] | None = None) -> list[Change]:
    """Check and save one contact code with its name. `seen` and what is raised: as `save_rate`."""
    clean = check_fields({"code": "", **values}, CONTACT_TYPE)
    record = ContactType.get_or_none(ContactType.code == clean["code"])
    path = f"contact_types.{clean['code']}"
    if seen:
        clean = reconcile(there(record), clean, seen, CONTACT_TYPE)
    if record is None:
        ContactType.create(**clean)
        return [Change(path, "", str(clean.get("name", "")) or str(clean["code"]))]
    changes = put(record, {k: v for k, v in clean.items() if k != "code"}, CONTACT_TYPE, path)
    if changes:
        record.save()
    return changes
