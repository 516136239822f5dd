"""Besedila: the texts of a notice per level, language, kind of customer and part, with a preview."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.timer import Timer
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID, Action, actions_of, bindings
from opomini_tui.documents.stored_texts import LAWSUIT
from opomini_tui.documents.text_preview import Filled, fill_in, preview_values
from opomini_tui.documents.texts import PLACEHOLDERS
from opomini_tui.errors import OpominiError
from opomini_tui.screens.ask import Entry, ListScreen
from opomini_tui.screens.conflict import ConflictScreen, Kept
from opomini_tui.screens.editor import edited_by_operator
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.session import read
from opomini_tui.screens.template_texts import LANGUAGES, TextBook, packaged, parts
from opomini_tui.setup.conflicts import Clash, Conflict
from opomini_tui.setup.settings_form import TextKey, save_texts, text_name
from opomini_tui.text import _, ngettext
from opomini_tui.widgets.fields import Field, LongTextField, SelectField
from opomini_tui.widgets.template_field import TemplateAreaField

TYPING_SECONDS = 0.15
KEYS = ("level", "language", "customer_kind", "part")


class TemplatesScreen(FormScreen[None]):
    """Four choices, the text, and the text filled in. What was changed is kept while others are looked at; F9 saves all."""

    SIZE = "large"
    KEEPS = True
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("texts")]

    def __init__(self, level: int) -> None:
        super().__init__(classes="whole-body")
        self._book = TextBook()
        self._key: TextKey = (level, "sl", "company", "above")
        self._typing: Timer | None = None

    def heading(self) -> str:
        """What is changed."""
        return _("Texts of notices")

    def help_text(self) -> str:
        """Placeholders and sections."""
        return _(
            "Type {{ and press Tab for a placeholder. {{?obresti}}…{{/}} stays only when there is interest, {{!obresti}}…{{/}} only "
            "when there is none. An empty text brings the packaged one back. Natural persons get their own texts, all others "
            "those of companies. F2 lists the placeholders with their values, F3 the texts that are your own, F5 opens the text in "
            "the editor that $VISUAL or $EDITOR names."
        ).format()

    def offered_actions(self) -> list[Action]:
        """With the packaged text."""
        return actions_of("texts", "form", "everywhere")

    def body(self) -> ComposeResult:
        """Stopnja in Jezik, Za in Del, besedilo, predogled."""
        level, language, kind, part = self._key
        with Horizontal(classes="text-keys"):
            yield SelectField("level", _("Level"), levels(), str(level))
            yield SelectField("language", _("Language"), LANGUAGES, language)
        with Horizontal(classes="text-keys"):
            yield SelectField("customer_kind", _("To"), kinds(), kind)
            yield SelectField("part", _("Part"), parts(), part)
        yield Static(self._keys_words(), id="text-hint", markup=False)
        yield TemplateAreaField("content", _("Text"), self._book.text(self._key), lines=6)
        yield Static("", id="text-title", markup=False)
        with VerticalScroll(id="text-preview-box"):
            yield Static("", id="text-preview", markup=False)

    def _keys_words(self) -> str:
        """What the function keys do, in one line."""
        return " · ".join(
            f"{action.key} {action.label}" for action in actions_of("texts") if action.id != "texts.reset"
        )

    def changed_labels(self) -> list[str]:
        """The texts that were changed, whichever is shown."""
        return [key_words(key) for key in self._book.changed()]

    def buttons(self) -> list[Button]:
        """Packaged text, leave, confirm."""
        reset = BY_ID["texts.reset"]
        return [form_button(reset.label, "reset", reset.key), *super().buttons()]

    @property
    def area(self) -> TemplateAreaField:
        """The field of the text."""
        return self.query_one(TemplateAreaField)

    def on_mount(self) -> None:
        """Begin in the text."""
        self.area.focus_control()
        self._preview()

    @on(Field.Changed)
    def _changed(self, event: Field.Changed) -> None:
        event.stop()
        if event.field.name == "content":
            self._book.put(self._key, self.area.area.text)
        else:
            self._turn()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, self._preview)

    def _turn(self) -> None:
        """Show the text of another choice."""
        level, language, kind, part = (str(self.field(name).read()) for name in KEYS)
        key: TextKey = (int(level), language, kind, part)
        if key != self._key:
            self._key = key
            self.area.write(self._book.text(key))
            self.area.problem = ""

    def _show_text(self) -> None:
        """Show what was put into the book; writing into a field is not typing, so the preview must be told."""
        self.area.write(self._book.text(self._key))
        self.area.problem = ""
        self._preview()

    def _preview(self) -> None:
        level, language, kind, _part = self._key
        text = self._book.text(self._key).strip() or packaged(self._key)
        read(self, "preview", lambda: fill_in(text, level, language, kind), self._show)

    def _show(self, filled: Filled) -> None:
        state = _("own text") if self._book.is_own(self._key) else _("packaged text")
        changed = len(self._book.changed())
        said = ngettext("{count} text changed", "{count} texts changed", changed).format(count=changed)
        if filled.label:
            title = _("Filled in for notice {label} ({state})").format(label=filled.label, state=state)
        else:
            title = _("Filled in for a sample ({state})").format(state=state)
        self.query_one("#text-title", Static).update(f"{title} · {said}" if changed else title)
        self.query_one("#text-preview", Static).update(filled.text)

    def action_reset(self) -> None:
        """F8: the text that comes with the program (F6 and F7 are the text area's own)."""
        self._book.reset(self._key)
        self._show_text()

    @on(Button.Pressed, "#button-reset")
    def _reset_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.action_reset()

    def confirmed(self) -> None:
        """Save every text that was changed, or none; one that is wrong is shown with its problem."""
        wrong = self._book.first_wrong()
        if wrong is not None:
            key, sentence = wrong
            self._show_wrong(key, sentence)
            return
        try:
            changes = save_texts(self._book.changed(), self.session.actor, self._book.stored)
        except Conflict as conflict:
            self._ask_which(conflict)
            return
        except OpominiError as error:
            self.session.show_error(error)
            return
        said = ngettext("{count} text was saved.", "{count} texts were saved.", len(changes))
        self.session.tell(said.format(count=len(changes)) if changes else _("Nothing was changed."))
        self.dismiss(None)

    def _ask_which(self, conflict: Conflict) -> None:
        """Somebody else changed the same texts: what is chosen is saved, unless it was changed once more by then."""
        keys = {text_name(key): key for key in self._book.changed() if text_name(key) in conflict.clashes}

        def full(text: object, key: TextKey) -> str:
            return str(text) or packaged(key)

        def chosen(kept: dict[str, Kept] | None) -> None:
            if kept is None:
                return
            for name, key in keys.items():
                self._book.settle(key, str(conflict.clashes[name].theirs), mine=kept[name] == "mine")
            self._show_text()
            self.confirmed()

        clashes: dict[Field[Any], Clash] = {
            LongTextField(name, key_words(key)): Clash(full(clash.theirs, key), full(clash.mine, key))
            for name, key in keys.items()
            for clash in (conflict.clashes[name],)
        }
        self.session.push_screen(ConflictScreen(clashes), chosen)

    def _show_wrong(self, key: TextKey, sentence: str) -> None:
        self._go_to(key)
        self.area.problem = sentence
        self.area.focus_control()

    def _go_to(self, key: TextKey) -> None:
        """Show another text."""
        for name, value in zip(KEYS, key, strict=True):
            field: Any = self.field(name)
            field.write(str(value))
        self._turn()
        self._preview()

    # Keys

    def action_insert(self) -> None:
        """F2: every placeholder with its value in the preview; the one that is chosen stands where the cursor is."""
        level, language, kind, _part = self._key
        read(self, "values", lambda: preview_values(level, language, kind)[1], self._list_placeholders)

    def _list_placeholders(self, values: dict[str, str]) -> None:
        entries = [Entry(name, f"{{{name}}}", help=" ".join(values[name].split()) or "—") for name in PLACEHOLDERS]

        def chosen(name: str | None) -> None:
            if name is not None:
                self.area.area.insert(f"{{{name}}}")
            self.area.focus_control()

        self.session.push_screen(ListScreen(BY_ID["texts.insert"].label, entries), chosen)

    def action_own(self) -> None:
        """F3: which texts are one's own."""
        own = self._book.own()
        if not own:
            self.session.tell(_("All texts are those that come with the program."))
            return
        entries = [Entry(str(place), key_words(key)) for place, key in enumerate(own)]

        def chosen(place: str | None) -> None:
            if place is not None:
                self._go_to(own[int(place)])
                self.area.focus_control()

        self.session.push_screen(ListScreen(BY_ID["texts.own"].label, entries), chosen)

    def action_edit(self) -> None:
        """F5: write the text in the operator's own editor; a text that stays the same is no change."""
        after = edited_by_operator(self.session, self.area.area.text)
        if after is not None:
            self._book.put(self._key, after)
            self._show_text()


def levels() -> list[tuple[str, str]]:
    """The levels, the one before lawsuit as the last."""
    numbered = [(str(n), _("Notice {level}").format(level=n)) for n in (1, 2, 3)]
    return [*numbered, (str(LAWSUIT), _("Notice before lawsuit"))]


def kinds() -> list[tuple[str, str]]:
    """The two kinds of customers that have texts of their own."""
    return [("company", _("companies")), ("person", _("natural persons"))]


def key_words(key: TextKey) -> str:
    """Which text it is: `Notice 2 · Deutsch · natural persons · subject of the e-mail`."""
    level, language, kind, part = key
    named = (dict(levels())[str(level)], dict(LANGUAGES)[language], dict(kinds())[kind], dict(parts())[part])
    return " · ".join(named)
