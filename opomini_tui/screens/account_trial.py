"""Preizkusi: the steps of a mail account's test, each as soon as it is known."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Button, Static

from opomini_tui.actions import BY_ID
from opomini_tui.config import Config
from opomini_tui.mail.account_steps import AccountStep, examine_account, step_names
from opomini_tui.models.parties import Operator
from opomini_tui.screens.form import FormScreen, form_button
from opomini_tui.screens.job import Job, start_job
from opomini_tui.text import _

SIGNS = {"ok": ("✓", "$text-success"), "warn": ("!", "$text-warning"), "fail": ("✗", "$text-error")}
NAME_WIDTH = 21
LOOK_SECONDS = 0.2


class AccountTestScreen(FormScreen[None]):
    """Begins at once with what stands in the form; Esc leaves, and the test ends by itself."""

    def __init__(self, operator: Operator, config: Config) -> None:
        """`operator` need not be saved."""
        super().__init__()
        self._operator, self._config = operator, config
        self._steps: list[AccountStep] = []
        self._names = step_names()
        self._over = False

    def heading(self) -> str:
        """What is tried."""
        return f"{BY_ID['operator.test'].label} – {self._operator.account or self._operator.email}"

    def body(self) -> ComposeResult:
        """A line for each step."""
        yield Static("", id="account-steps", markup=False)

    def buttons(self) -> list[Button]:
        """Only one."""
        return [form_button(_("Close"), "cancel", BY_ID["form.cancel"].key, main=True)]

    def on_mount(self) -> None:
        """Begin."""
        operator, config, steps = self._operator, self._config, self._steps

        def work(job: Job[None]) -> None:
            for step in examine_account(operator, config, mail=True):
                if job.stop.is_set():
                    return
                steps.append(step)

        self._job = start_job(self.session, self.heading(), work, self._ended, self._failed, network=True)
        self.set_interval(LOOK_SECONDS, self._show)
        self._show()
        self.query_one("#button-cancel").focus()

    def on_unmount(self) -> None:
        """Nobody looks any more."""
        self._job.stop.set()
        self.session.jobs.discard(self._job.stop)

    def _ended(self, _nothing: None) -> None:
        self._over = True
        if self.is_attached:
            self._show()

    def _failed(self, error: BaseException) -> None:
        self._over = True
        if self.is_attached:
            self._steps.append(AccountStep("fail", _("Test"), str(self.session.explained(error))))
            self._show()

    def _show(self) -> None:
        """The steps that are known, the one that is waited for, and those to come."""
        lines = [step_line(step) for step in self._steps]
        if not self._over:
            rest = self._names[len(self._steps) :]
            lines += [
                Content.assemble(("… " if place == 0 else "  "), (name, "" if place == 0 else "$quiet"))
                for place, name in enumerate(rest)
            ]
        else:
            lines += [Content(""), Content.styled(verdict(self._steps), "bold")]
        self.query_one("#account-steps", Static).update(Content("\n").join(lines))

    def confirmed(self) -> None:
        """F9 closes too."""
        self.dismiss(None)


def step_line(step: AccountStep) -> Content:
    """`✓ SMTP sign-in          signed in as …`; in words too, so that it does not depend on signs and colours."""
    sign, style = SIGNS.get(step.state, ("–", "$quiet"))
    words = {"fail": _("failed: "), "warn": _("warning: "), "skipped": _("left out: ")}.get(step.state, "")
    return Content.assemble((f"{sign} {step.step.ljust(NAME_WIDTH)}", style), " ", words, step.sentence)


def verdict(steps: list[AccountStep]) -> str:
    """How the test ended."""
    failed = next((step for step in steps if step.state == "fail"), None)
    if failed is not None:
        return _("It failed at this step: {step}.").format(step=failed.step)
    return _("The mail account works.")
