"""Saving customers, their contacts, and holds on open items (Šifrant strank, Stiki)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from opomini_tui.errors import OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, is_postgres
from opomini_tui.models.parties import Contact, ContactType, Customer
from opomini_tui.models.receivables import OpenItem
from opomini_tui.setup import checks
from opomini_tui.setup.changes import Change, put, write_changes
from opomini_tui.setup.checks import Field, FieldErrors, boolean, check_fields, choice, optional, text
from opomini_tui.setup.conflicts import Clash, Conflict, reconcile
from opomini_tui.text import _

CUSTOMER = (
    Field("code", text(30, required=True)),
    Field("name", text(required=True)),
    *(Field(name, text()) for name in ("street", "post_code", "city")),
    Field("country", text(2)),
    Field("tax_id", text(30)),
    Field("kind", choice("company", "sole_trader", "person", "public")),
    Field("language", choice("sl", "en", "de", "it", "hr")),
    Field("email", checks.emails),
    Field("defaulter", boolean),
    Field("no_dunning", boolean),
    Field("no_dunning_reason", text()),
    Field("no_dunning_until", optional(checks.day)),
)
CONTACT = (
    Field("type_code", text(20, required=True)),
    Field("name", text()),
    Field("email", checks.emails),
)
HOLD = (
    Field("hold", choice("", "disputed", "blocked")),
    Field("hold_reason", text()),
    Field("hold_until", optional(checks.day)),
)


def save_customer(
    code: str | None, values: Mapping[str, object], actor: Actor, *, seen: Mapping[str, object] | None = None
) -> tuple[Change, ...]:
    """Save fields of CUSTOMER for the customer `code` (None: a new one); what changed. `seen`: the values that were shown
    before; what only somebody else has changed since then stays.

    Raises:
        FieldErrors: a field is wrong. NotAllowed: the actor may only look. Conflict: somebody else changed the same.
    """
    actor.require("edit customers")
    with database.atomic():
        clean = check_fields(values if code is not None else {"code": "", "name": "", **values}, CUSTOMER)
        record = _customer(code, lock=True) if code is not None else Customer()
        if code is not None and clean.get("code", code) != code:
            raise FieldErrors({"code": _("The code of a customer stays as it is: the ledger knows him by it.")})
        if code is None and Customer.get_or_none(Customer.code == clean["code"]):
            raise FieldErrors({"code": _("There is a customer with this code already.")})
        path = f"customers.{code or clean['code']}"
        changes = put(record, reconcile(record, clean, seen or {}, CUSTOMER), CUSTOMER, path)
        if record.no_dunning and not record.no_dunning_reason:
            raise FieldErrors({"no_dunning_reason": _("Write why this customer is not dunned.")})
        record.rename(record.name)
        if changes:
            record.save(force_insert=code is None)
        _tell(actor, changes)
    return tuple(changes)


def save_contact(
    customer_code: str,
    values: Mapping[str, object],
    actor: Actor,
    *,
    old_code: str | None = None,
    seen: Mapping[str, object] | None = None,
) -> tuple[Change, ...]:
    """Save a contact (fields of CONTACT) of a customer; `old_code`: the contact code of the one that is changed; `seen`: as
    `save_customer`.

    Raises:
        FieldErrors: a field is wrong, or the customer has a contact with this code. NotAllowed: may only look.
        Conflict: somebody else changed the same.
    """
    actor.require("edit customers")
    with database.atomic():
        customer = _customer(customer_code, lock=True)
        record = _contact(customer, old_code) if old_code is not None else Contact(customer=customer)
        clean = check_fields(values if old_code is not None else {"type_code": "", **values}, CONTACT)
        clean = reconcile(record, clean, seen or {}, CONTACT)
        wanted = clean.get("type_code", old_code)
        if ContactType.get_or_none(ContactType.code == wanted) is None:
            raise FieldErrors({"type_code": _("There is no contact code {code}.").format(code=wanted)})
        other = Contact.get_or_none((Contact.customer == customer) & (Contact.type_code == wanted))
        if other is not None and other.id != record.id:
            raise FieldErrors({"type_code": _("This customer has a contact with this code already.")})
        changes = put(record, clean, CONTACT, f"customers.{customer_code}.contacts.{wanted}")
        if changes:
            record.save()
        _tell(actor, changes)
    return tuple(changes)


def delete_contact(customer_code: str, type_code: str, actor: Actor) -> None:
    """Delete a contact of a customer. Raises OpominiError: there is none; NotAllowed: the actor may only look."""
    actor.require("edit customers")
    with database.atomic():
        contact = _contact(_customer(customer_code), type_code)
        contact.delete_instance()
        path = f"customers.{customer_code}.contacts.{type_code}"
        _tell(actor, [Change(path, contact.email or contact.name, "")])


def hold_item(
    item_ids: Sequence[int],
    hold: str,
    reason: str,
    until: date | str | None,
    actor: Actor,
    *,
    seen: Mapping[int, Mapping[str, object]] | None = None,
) -> tuple[Change, ...]:
    """Mark open items as disputed or blocked, until a day (inclusive) or without end; "" frees them; what changed.

    seen: how they were held as they were shown, by id (see `held_as`); those that are not named there are not judged.

    Raises:
        FieldErrors: a field is wrong, or the reason is missing. NotAllowed: the actor may only look. Conflict: somebody
            else has held the one item otherwise. OpominiError: some of several, or released it.
    """
    actor.require("edit customers")
    clean = check_fields({"hold": hold, "hold_reason": reason, "hold_until": until}, HOLD)
    if hold and not clean["hold_reason"]:
        raise FieldErrors({"hold_reason": _("Write the reason.")})
    if not hold:
        clean |= {"hold_reason": "", "hold_until": None}
    told: list[Change] = []
    with database.atomic():
        chosen = OpenItem.select().where(OpenItem.id.in_(list(item_ids))).order_by(OpenItem.id)
        items = list(chosen.for_update() if is_postgres() else chosen)  # nobody else holds them until this is stored
        _check_seen(items, clean, seen or {})
        for item in items:
            changes = put(item, clean, HOLD, f"open_items.{item.customer.code}.{item.document}")
            if changes:
                item.save()
            told += changes
        write_changes(actor.code, told, verb="hold")
    return tuple(told)


def items_of(customer_code: str, documents: Sequence[str]) -> list[int]:
    """The ids of open items by the numbers of their documents. Raises OpominiError: some are not among them; it names them."""
    customer = _customer(customer_code)
    chosen = OpenItem.select().where((OpenItem.customer == customer) & OpenItem.document.in_(list(documents)))
    found = {item.document: item.id for item in chosen.where(OpenItem.open_amount != 0)}
    if missing := [document for document in documents if document not in found]:
        sentence = _("Not among the open items of customer {code}: {documents}.")
        raise OpominiError(sentence.format(code=customer.code, documents=", ".join(missing)))
    return list(found.values())


def held_as(item: OpenItem) -> dict[str, object]:
    """How an item is held: its fields of HOLD."""
    return {field.name: getattr(item, field.name) for field in HOLD}


def _check_seen(
    items: Sequence[OpenItem], clean: Mapping[str, object], seen: Mapping[int, Mapping[str, object]]
) -> None:
    """Nobody has held or released one of these meanwhile, unless just as it is to be now.

    Raises:
        Conflict: the one item is held otherwise. OpominiError: some of several are, or it was released.
    """
    clashes = {item.id: _hold_clashes(item, clean, seen[item.id]) for item in items if item.id in seen}
    others = [item for item in items if clashes.get(item.id)]
    if not others:
        return
    if len(items) == 1 and items[0].hold and clean["hold"]:
        raise Conflict(clashes[items[0].id])
    sentence = _("Somebody else has held or released these items meanwhile: {documents}. Look at them again.")
    raise OpominiError(sentence.format(documents=", ".join(item.document for item in others)))


def _hold_clashes(item: OpenItem, clean: Mapping[str, object], seen: Mapping[str, object]) -> dict[str, Clash]:
    """The fields that are neither as they were seen nor as they are to be."""
    stored = held_as(item)
    return {
        name: Clash(value, clean[name]) for name, value in stored.items() if value not in (seen.get(name), clean[name])
    }


def _customer(code: str, *, lock: bool = False) -> Customer:
    """The customer with this code; `lock`: nobody else changes him until the transaction ends."""
    found = Customer.select().where(Customer.code == code)
    customer: Customer | None = (found.for_update() if lock and is_postgres() else found).first()
    if customer is None:
        raise OpominiError(_("There is no customer {code}.").format(code=code))
    return customer


def _contact(customer: Customer, type_code: str) -> Contact:
    """The customer's contact with this contact code."""
    contact = Contact.get_or_none((Contact.customer == customer) & (Contact.type_code == type_code))
    if contact is None:
        raise OpominiError(
            _("Customer {customer} has no contact {code}.").format(customer=customer.code, code=type_code)
        )
    return contact


def _tell(actor: Actor, changes: Sequence[Change]) -> None:
    """Write the changes to the journal."""
    write_changes(actor.code, changes, verb="customer")
