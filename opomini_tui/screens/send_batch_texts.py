"""The tab of the batch form with copy, subject and text: templates, what an own text overrides, and the live preview."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Static, TabbedContent, TextArea

from opomini_tui.actions import BY_ID
from opomini_tui.errors import OpominiError
from opomini_tui.mail.addresses import split_addresses
from opomini_tui.mail.first_message import TemplateKind, first_going, first_template, template_kinds
from opomini_tui.mail.outbox import preview_message
from opomini_tui.models.actor import Actor
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.notices import Notice
from opomini_tui.screens import known_values
from opomini_tui.screens.ask import ConfirmScreen
from opomini_tui.screens.editor import edited_by_operator
from opomini_tui.screens.session import read
from opomini_tui.screens.work_form import WorkForm
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.field_values import listed
from opomini_tui.widgets.fields import FieldProblem, TextField
from opomini_tui.widgets.template_field import TemplateAreaField, TemplateTextField

PANES = ("batch-grid", "batch-mail")
TEXTS = ("cc", "subject", "body")
KINDS_NAMED = 4
"""So many templates are named; of more only the number is said."""


class AddressesField(TextField):
    """E-mail addresses, separated by commas or semicolons."""

    def read(self) -> str:
        """The text itself; FieldProblem when one of the addresses is wrong."""
        try:
            split_addresses(self.text)
        except OpominiError as error:
            raise FieldProblem(str(error)) from error
        return self.text


@dataclass(frozen=True, slots=True)
class FirstMessage:
    """The message of the first notice that would go, filled in; and the templates that the chosen notices take."""

    title: str
    text: str
    kinds: tuple[TemplateKind, ...] = ()


class BatchTexts(WorkForm[None]):
    """What the batch form does with texts; `chosen` of the subclass says for which notices."""

    def chosen(self) -> NoticeFilter | None:
        """The notices chosen; None while a bound cannot be read."""
        raise TypeError(f"{type(self).__name__} chooses nothing")

    def text_fields(self, lines: int) -> ComposeResult:
        """Copy, subject, text of so many lines, and the preview."""
        yield AddressesField("cc", _("Copy (CC)"), "").offers(listed(known_values.addresses))
        yield TemplateTextField("subject", _("Subject"), "", placeholder=_("from the template of each notice"))
        yield TemplateAreaField("body", _("Message text"), "", lines=lines)
        yield Static("", id="batch-mixed", markup=False)
        with Vertical(id="batch-preview-box"):
            yield Static("", id="batch-preview-title", markup=False)
            yield TextArea("", read_only=True, compact=True, show_cursor=False, id="batch-preview")

    def preview(self) -> None:
        """The message of the first notice, filled in."""
        chosen = self.chosen()
        subject, body = (self._typed(name) for name in ("subject", "body"))
        if chosen is None or subject is None or body is None:
            return
        read(self, "preview", partial(read_first_message, chosen, self.session.actor, subject, body), self._previewed)

    def _typed(self, name: str) -> str | None:
        """A text as typed; None while it cannot be filled in."""
        try:
            return str(self.field(name).read())
        except FieldProblem:
            return None

    def _previewed(self, first: FirstMessage) -> None:
        hints = Content.assemble(first.title, "   ", key_hint("send_batch.review"), "  ", key_hint("send_batch.edit"))
        self.query_one("#batch-preview-title", Static).update(hints)
        preview = self.query_one("#batch-preview", TextArea)
        preview.text = first.text
        preview.refresh()  # a text area that keeps its size does not draw its new text by itself
        own = bool(self._typed("subject") or self._typed("body"))
        mixed = self.query_one("#batch-mixed", Static)
        words = mixed_words(first.kinds, own)
        mixed.display = bool(words)
        mixed.set_class(own, "-own")
        mixed.update(words)

    def action_cancel(self) -> None:
        """Leave; what was typed for the messages is lost only after a question."""
        typed = [
            field.label for field in map(self.field, TEXTS) if field.entered() != self.opened_with[str(field.name)]
        ]
        if not typed:
            super().action_cancel()
            return
        said = _("What you typed is lost: {names}.").format(names=", ".join(typed))

        def answered(yes: bool | None) -> None:
            if yes:
                self.dismiss(None)

        self.session.push_screen(ConfirmScreen(self.heading(), [said], BY_ID["unsaved.drop"].label), answered)

    @on(Button.Pressed, "#button-template")
    def action_template(self) -> None:
        """Put the template of the first notice into the fields, to be changed."""
        chosen = self.chosen()
        if chosen is not None:
            read(self, "template", partial(first_template, chosen, self.session.actor), self._template_read)

    def action_edit(self) -> None:
        """F5: write the text of the message in the operator's own editor."""
        field = self.query_one("#field-body", TemplateAreaField)
        after = edited_by_operator(self.session, field.area.text)
        self.query_one(TabbedContent).active = PANES[1]
        if after is not None:
            field.area.text = after
        field.focus_control()

    def _template_read(self, template: tuple[str, str] | None) -> None:
        if template is None:
            self.session.tell(_("No notice is chosen, so there is no template."), problem=True)
            return
        self.query_one(TabbedContent).active = PANES[1]
        for name, text in zip(("subject", "body"), template, strict=True):
            self.field(name).write(text)  # type: ignore[attr-defined]  # both are fields of text
        self.field("body").focus_control()
        self.preview()


def key_hint(name: str) -> Content:
    """A key of the form and what it does, which can be clicked: `F7 Each notice`."""
    action = BY_ID[name]
    label = Content(action.label).stylize(f"@click=screen.{action.verb}")
    return Content.assemble((action.key, "$hint-key bold"), " ", label)


def mixed_words(kinds: Sequence[TemplateKind], own: bool) -> str:
    """That the notices take several templates, which an own text would replace by one; "" when they take one."""
    if len(kinds) < 2:
        return ""
    count = len(kinds)
    named = ", ".join(kind_words(kind) for kind in kinds) if count <= KINDS_NAMED else ""
    if own:
        said = ngettext(
            "This text goes to all, in place of {count} different template",
            "This text goes to all, in place of {count} different templates",
            count,
        )
    else:
        said = ngettext(
            "Left empty, each notice takes its own template ({count} different one)",
            "Left empty, each notice takes its own template ({count} different ones)",
            count,
        )
    said = said.format(count=count)
    return f"{said}: {named}." if named else f"{said}."


def kind_words(kind: TemplateKind) -> str:
    """`notice 2 sl`, `before lawsuit sl, persons`."""
    level = _("before lawsuit") if kind.before_lawsuit else _("notice {level}").format(level=kind.level)
    return " ".join(filter(None, (level, kind.language, _("(persons)") if kind.person else "")))


def read_first_message(chosen: NoticeFilter, actor: Actor, subject: str, body: str) -> FirstMessage:
    """Fill the texts in for the first notice; called in a thread. What cannot be filled in is said in its place."""
    number = first_going(chosen, actor)
    if number is None:
        return FirstMessage(_("No notice is chosen."), "")
    kinds = tuple(template_kinds(chosen))
    label = Notice.get_by_id(number).label
    title = _("Preview for {label}").format(label=label)
    try:
        message = preview_message(number, actor, subject, body)
    except OpominiError as error:
        return FirstMessage(title, str(error), kinds)
    head = [
        _("To: {address}").format(address=message.to or "—"),
        _("Subject: {subject}").format(subject=message.subject),
    ]
    return FirstMessage(title, "\n".join([*head, "", message.body]), kinds)
