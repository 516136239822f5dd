"""What the form Nastavitve saves: company, rules and levels in one transaction, and the removal of list entries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from opomini_tui.errors import OpominiError
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import exclusive
from opomini_tui.models.parties import Contact, ContactType
from opomini_tui.models.settings import DunningLevel, InterestRate, Template
from opomini_tui.setup import checks
from opomini_tui.setup.changes import Change, write_changes
from opomini_tui.setup.checks import FieldErrors
from opomini_tui.setup.company import (
    LEVEL,
    TEMPLATE_KEYS,
    change_company,
    change_first_number,
    change_level,
    change_template,
    check_levels,
)
from opomini_tui.setup.conflicts import Clash, Conflict
from opomini_tui.text import _
from opomini_tui.text.formats import amount_of

TextKey = tuple[int, str, str, str]
"""Level (4: before lawsuit), language, kind of customer, part."""


def level_field(level: int, name: str) -> str:
    """The name of a level's field in the form: `level_2_cost`."""
    return f"level_{level}_{name}"


def save_settings(
    company: Mapping[str, object],
    levels: Mapping[int, Mapping[str, object]],
    first_number: tuple[object, object] | None,
    actor: Actor,
    seen: Mapping[str, object] | None = None,
) -> tuple[Change, ...]:
    """Save fields of COMPANY_FIELDS, fields of LEVEL by level, and (year, first number) at once; what changed. `seen`: the
    values that were shown before, those of levels named by `level_field`; `first_number` is that of the year.

    Raises:
        FieldErrors: with the fields of all parts that are wrong, those of levels named by `level_field`; nothing was
            saved. NotAllowed: the actor may not change settings. Conflict: somebody else changed the same.
    """
    actor.require("settings")
    wrong: dict[str, str] = {}
    clashes: dict[str, Clash] = {}
    seen = seen or {}
    changes: list[Change] = []
    with exclusive("settings"):
        try:
            changes += change_company(company, seen)
        except FieldErrors as error:
            wrong |= error.fields
        except Conflict as conflict:
            clashes |= conflict.clashes
        for level, values in levels.items():
            try:
                changes += change_level(level, values, _of_level(level, seen))
            except FieldErrors as error:
                wrong |= {level_field(level, name): sentence for name, sentence in error.fields.items()}
            except Conflict as conflict:
                clashes |= {level_field(level, name): clash for name, clash in conflict.clashes.items()}
        try:
            check_levels()
            if first_number is not None:
                changes += change_first_number(*first_number, seen.get("first_number"))
        except FieldErrors as error:
            wrong |= {_form_name(name): sentence for name, sentence in error.fields.items()}
        except Conflict as conflict:
            clashes |= conflict.clashes
        if wrong:
            raise FieldErrors(wrong)
        if clashes:
            raise Conflict(clashes)
        write_changes(actor.code, changes)
    return tuple(changes)


def _of_level(level: int, seen: Mapping[str, object]) -> dict[str, object]:
    """What was shown of a level, by its own names."""
    names = {field.name: level_field(level, field.name) for field in LEVEL}
    return {name: seen[named] for name, named in names.items() if named in seen}


def _form_name(name: str) -> str:
    """`levels.2.enabled` → `level_2_enabled`; the year of the number series → `first_number_year`."""
    if name == "year":
        return "first_number_year"
    return name.replace("levels.", "level_", 1).replace(".", "_")


def text_problem(template: str, part: str = "mail") -> str:
    """Why a text of a notice is refused, as a sentence; "" when it is not. A subject is one line."""
    try:
        checks.text_of_part(template, part)
    except ValueError as error:
        return str(error)
    return ""


def save_texts(
    texts: Mapping[TextKey, str], actor: Actor, seen: Mapping[TextKey, str] | None = None
) -> tuple[Change, ...]:
    """Save this company's own texts in one transaction; an empty one brings the packaged text back; what changed. `seen`:
    the own texts that there were before ("" or missing: the packaged one); None: whatever they are.

    Raises:
        FieldErrors: field `content`, the first text that cannot be filled in. NotAllowed: may not change settings.
        Conflict: somebody else has changed some of them meanwhile; by `text_name`.
    """
    actor.require("settings")
    changes: list[Change] = []
    clashes: dict[str, Clash] = {}
    with exclusive("settings"):
        stored = Template.contents() if seen is not None else {}
        for key, content in texts.items():
            if problem := text_problem(content, key[3]):
                raise FieldErrors({"content": problem})
            theirs = stored.get(key, "")
            if seen is not None and theirs not in (seen.get(key, ""), content.strip()):
                clashes[text_name(key)] = Clash(theirs, content)
            named: dict[str, object] = {field.name: value for field, value in zip(TEMPLATE_KEYS, key, strict=True)}
            changes += change_template({**named, "content": content})
        if clashes:
            raise Conflict(clashes)
        write_changes(actor.code, changes)
    return tuple(changes)


def text_name(key: TextKey) -> str:
    """One word for a text: `text_2_sl_company_above`."""
    return "_".join(("text", *map(str, key)))


def delete_contact_type(code: str, actor: Actor) -> None:
    """Delete a contact code that nothing uses.

    Raises:
        OpominiError: a level or a customer's contact uses it. NotAllowed: may not change settings.
    """
    actor.require("settings")
    with exclusive("settings"):
        levels = [row.level for row in DunningLevel.select().where(DunningLevel.contact_code == code)]
        contacts = Contact.select().where(Contact.type_code == code).count()
        if levels:
            sentence = _("Contact code {code} is set for level {levels}; choose another there first.")
            raise OpominiError(sentence.format(code=code, levels=", ".join(map(str, levels))))
        if contacts:
            sentence = _("Customers have contacts with the code {code} ({count}); it cannot be deleted.")
            raise OpominiError(sentence.format(code=code, count=contacts))
        if ContactType.delete().where(ContactType.code == code).execute():
            write_changes(actor.code, [Change(f"contact_types.{code}", code, "")])


def delete_rate(valid_from: date, actor: Actor) -> None:
    """Delete an interest rate; figures of issued notices stay as they are. Raises NotAllowed."""
    actor.require("settings")
    with exclusive("settings"):
        record = InterestRate.get_or_none(InterestRate.valid_from == valid_from)
        if record is not None:
            record.delete_instance()
            path = f"interest_rates.{valid_from.isoformat()}"
            write_changes(actor.code, [Change(path, str(amount_of(record.rate)), "")])
