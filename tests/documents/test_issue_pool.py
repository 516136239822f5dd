"""What helper processes draw is what one process draws: same bytes, same order, same refusals; and nothing is left over."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opomini_tui.cli import build_parser
from opomini_tui.documents import issue_helper, issue_pool
from opomini_tui.documents.issue import Issued, issue
from opomini_tui.documents.issue_helper import Drawn, Helper, NotSigned, draw_all, order_of
from opomini_tui.documents.issue_pool import FEWEST, LetterPool, helpers_for
from opomini_tui.documents.letter import Letter
from opomini_tui.documents.signature import open_signer
from opomini_tui.dunning.prepare import prepare
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, open_database, run
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Customer, Operator
from opomini_tui.models.settings import Company, Template
from opomini_tui.text import use_language
from tests.conftest import RUNS, set_up_company
from tests.documents.pool_processes import process_ids
from tests.documents.samples import SENDER, letter_of, lines, logo
from tests.documents.signatures import validated
from tests.ledger_rows import load_reference_customers, load_reference_snapshot
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12

LANGUAGES = ("sl", "de", "it", "en", "hr")
PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Prepared:
    """An opened company whose notices are prepared; `path` is its database, `count` how many notices."""

    actor: Actor
    path: Path
    count: int


def issued_letters() -> dict[int, str]:
    """Number → SHA-256 of each issued notice's letter."""
    return dict(run("SELECT number, sha256 FROM notice JOIN document ON document.id = notice.document_id").fetchall())


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference company with a logo, texts of its own and customers of five languages; its first run is prepared."""
    use_language("en")
    path = tmp_path_factory.mktemp("pool") / "company.db"
    shutil.copy(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    actor = set_up_company()
    load_reference_customers()
    load_reference_snapshot(RUNS[0])
    Company.update(logo=logo()).execute()
    for place, language in enumerate(LANGUAGES[1:], start=1):
        Customer.update(language=language, country="DE").where(Customer.id % len(LANGUAGES) == place).execute()
    Template.create(level=1, language="de", customer_kind="company", part="above", content="Guten Tag, {stranka}!")
    prepare(RUNS[0], actor)
    opened.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    opened.close()
    database.obj = None
    return path


@pytest.fixture
def prepared(template: Path, tmp_path: Path) -> Iterator[Callable[[], Prepared]]:
    """A function that opens a fresh copy of the company."""

    def make() -> Prepared:
        if database.obj is not None:
            database.obj.close()
        path = tmp_path / f"copy-{time.monotonic_ns()}.db"
        shutil.copy(template, path)
        open_database(f"sqlite:///{path}")
        count = run("SELECT COUNT(*) FROM notice WHERE state = 'prepared'").fetchone()[0]
        return Prepared(Actor.of(Operator.get()), path, count)

    yield make
    database.obj.close()
    database.obj = None


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that few notices are many chunks."""
    monkeypatch.setattr("opomini_tui.documents.issue.CHUNK", 7)


def children(pid: int | str = "self") -> list[int]:
    """The processes that a process (this one) started and that live."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it ends this moment
            found += [int(child) for child in task.read_text("ascii").split()]
    return found


def test_a_company_is_issued_to_the_same_bytes(prepared: Callable[[], Prepared]) -> None:
    company = prepared()
    assert issue(NoticeFilter(), company.actor, processes=1).count == company.count > 60
    alone = issued_letters()
    company, before = prepared(), len(children())
    seen: list[tuple[int, int, int]] = []
    done = issue(
        NoticeFilter(),
        company.actor,
        processes=3,
        progress=lambda done, all_=0, *_more: seen.append((done, all_, len(children()))),
    )
    assert (done.count, done.refused, done.stopped) == (company.count, (), False)
    assert issued_letters() == alone
    assert seen[-1][:2] == (company.count, company.count)
    assert [one[0] for one in seen] == sorted({one[0] for one in seen})
    assert seen[0][2] == before + 2
    assert len(children()) == before, "the helpers end with the job"


def spoiled(company: Prepared, processes: int) -> tuple[Issued, dict[int, str], list[str]]:
    """Issue with a text that cannot be filled, notices that cannot be drawn and one that was paid, in Slovene."""
    Template.create(level=1, language="it", customer_kind="company", part="above", content="{?obresti} senza fine")
    run("UPDATE notice SET amount = amount + 1, total = total + 1 WHERE number % 10 = 3")
    run("UPDATE open_item SET open_amount = 0 WHERE id IN (SELECT open_item_id FROM notice_item WHERE notice_id = 5)")
    use_language("sl")
    done = issue(NoticeFilter(), company.actor, processes=processes)
    journal = [row for (row,) in run("SELECT record FROM journal_entry WHERE verb = 'issue' ORDER BY id").fetchall()]
    return done, issued_letters(), journal


def test_what_cannot_be_issued_is_named_as_one_process_names_it(prepared: Callable[[], Prepared]) -> None:
    alone = spoiled(prepared(), 1)
    together = spoiled(prepared(), 3)
    assert together == alone
    done, letters, journal = alone
    assert done.count == len(letters) == len(journal)
    for words in ("vsota njegovih delov", "odvečen oklepaj", "medtem plačane"):
        assert any(words in sentence for sentence in done.refused), words
    assert len(done.refused) + done.count == 91


def test_stop_ends_after_the_chunk_in_hand_and_the_same_call_issues_the_rest(
    prepared: Callable[[], Prepared],
) -> None:
    company, stop, before = prepared(), Event(), len(children())
    done = issue(NoticeFilter(), company.actor, processes=2, progress=lambda *_told: stop.set(), stop=stop)
    assert (done.count, done.stopped) == (7, True)
    assert len(children()) == before
    rest = issue(NoticeFilter(), company.actor, processes=2)
    assert (rest.count, rest.stopped) == (company.count - 7, False)


def test_a_stop_before_the_first_chunk_issues_nothing(prepared: Callable[[], Prepared]) -> None:
    stop = Event()
    stop.set()
    done = issue(NoticeFilter(), prepared().actor, processes=2, stop=stop)
    assert (done.count, done.refused, done.stopped) == (0, (), True)


def test_killed_helpers_lose_nothing(prepared: Callable[[], Prepared]) -> None:
    company = prepared()
    issue(NoticeFilter(), company.actor, processes=1)
    alone = issued_letters()
    company, own = prepared(), set(children())
    killed: list[int] = []

    def kill_one(*_told: object) -> None:
        for pid in [pid for pid in children() if pid not in own][:1]:
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)

    assert issue(NoticeFilter(), company.actor, processes=3, progress=kill_one).count == company.count
    assert len(set(killed)) == 2
    assert issued_letters() == alone


def test_few_letters_start_no_helper(prepared: Callable[[], Prepared], monkeypatch: pytest.MonkeyPatch) -> None:
    company = prepared()
    assert company.count < FEWEST
    monkeypatch.setattr(issue_helper, "_START", "never")
    monkeypatch.setattr(subprocess, "Popen", None)
    assert issue(NoticeFilter(), company.actor).count == company.count


def test_as_many_helpers_as_there_are_processors_for(monkeypatch: pytest.MonkeyPatch) -> None:
    for processors, helpers in (({0}, 0), ({0, 1}, 1), (set(range(3)), 2), (set(range(64)), 3)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _pid, processors=processors: processors)
        assert (helpers_for(FEWEST), helpers_for(FEWEST - 1)) == (helpers, 0)
    assert [helpers_for(1, processes) for processes in (1, 2, 9)] == [0, 1, 8]


@pytest.mark.parametrize("wrong", ["17", "-1", "two"])
def test_the_command_takes_a_sensible_number_of_processes(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert build_parser().parse_args(["issue", "--processes", "16"]).processes == 16
    assert build_parser().parse_args(["issue"]).processes == 0
    with pytest.raises(SystemExit):
        build_parser().parse_args(["issue", f"--processes={wrong}"])
    assert "a whole number from 0 to 16 is expected" in capsys.readouterr().err


def in_chunks(letters: Sequence[Letter], size: int) -> list[tuple[int, Sequence[Letter]]]:
    """The letters in chunks, each with its number."""
    return [(start // size, letters[start : start + size]) for start in range(0, len(letters), size)]


@pytest.fixture(scope="module")
def pool() -> Iterator[LetterPool[int]]:
    """Two helpers, warm."""
    use_language("en")
    with LetterPool[int](2) as running:
        yield running


@st.composite
def some_letters(draw: st.DrawFn) -> list[Letter]:
    """A few letters of any language, level and length; some with a logo, some whose sums are wrong."""
    made = []
    for number in range(1, draw(st.integers(1, 12)) + 1):
        letter = letter_of(
            lines(draw(st.sampled_from((1, 2, 10, 40)))),
            number=number,
            level=draw(st.integers(1, 3)),
            language=draw(st.sampled_from(LANGUAGES)),
            codes=draw(st.booleans()),
            sender=replace(SENDER, logo=logo()) if draw(st.booleans()) else SENDER,
        )
        made.append(replace(letter, total=letter.total + 1) if draw(st.integers(0, 9)) == 0 else letter)
    return made


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(letters=some_letters(), size=st.integers(1, 12), part=st.integers(1, 5))
def test_the_pool_draws_what_one_process_draws(
    pool: LetterPool[int], letters: list[Letter], size: int, part: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(issue_pool, "PART", part)
        together = list(pool.drawn(in_chunks(letters, size)))
    assert [number for number, _drawn in together] == list(range(len(together)))
    assert [each for _number, drawn in together for each in drawn] == draw_all(letters)
    assert len(process_ids(pool)) == 2, "helpers survive letters that cannot be drawn"


def test_helpers_take_part(pool: LetterPool[int], monkeypatch: pytest.MonkeyPatch) -> None:
    here: list[Letter] = []

    def counted(letters: Iterator[Letter], signer: None) -> list[Drawn]:
        mine = list(letters)
        here.extend(mine)
        return draw_all(mine, signer)

    monkeypatch.setattr(issue_pool, "draw_all", counted)
    letters = [letter_of(lines(10), number=number) for number in range(1, 101)]
    for begun in range(1, 101):  # until they are warm, which may take its time
        assert sum(len(drawn) for _number, drawn in pool.drawn(in_chunks(letters, 50))) == 100
        if len(here) < begun * 100:
            break
    assert 0 < len(here) < begun * 100


def test_without_a_process_to_start_everything_is_drawn_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    letters = [letter_of(lines(1), number=number) for number in range(1, 6)]
    with LetterPool[int](2) as alone:
        assert process_ids(alone) == []
        assert [drawn for _number, drawn in alone.drawn(in_chunks(letters, 5))] == [draw_all(letters)]


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_a_helper_signs_with_the_same_key(kind: str, tmp_path: Path) -> None:
    path = make_pkcs12(tmp_path / "ana.p12", "Ana Novak", kind=kind)
    signer = open_signer(path.read_bytes(), PASSPHRASE)
    letters = [letter_of(lines(1), number=number) for number in range(1, 4)]
    helper = Helper(signer)
    assert helper.take() == [], "warm"
    helper.give(order_of(letters))
    signed = helper.take()
    helper.end()
    for each, bare in zip(signed, draw_all(letters), strict=True):
        assert isinstance(each, bytes)
        assert isinstance(bare, bytes)
        assert each.startswith(bare)
        assert validated(each, path.read_bytes()).valid


def test_what_cannot_be_signed_is_told_in_its_turn(tmp_path: Path) -> None:
    content = make_pkcs12(tmp_path / "ana.p12", "Ana Novak").read_bytes()
    letters = [letter_of(lines(1), number=number) for number in range(1, 9)]
    silent = open_signer(content, PASSPHRASE, "http://127.0.0.1:9/")
    with LetterPool[int](1, silent) as failing, pytest.raises(NotSigned, match="time stamp server"):
        list(failing.drawn(in_chunks(letters, 2)))


def driver(company: Prepared, lines_of_code: str) -> subprocess.Popen[str]:
    """A real process that has the company open as `actor` and goes on with these lines."""
    begin = (
        "import time; from opomini_tui.documents.issue import issue; from opomini_tui.models.actor import Actor; "
        "from opomini_tui.models.database import open_database; from opomini_tui.models.parties import Operator; "
        "from opomini_tui.models.notice_filter import NoticeFilter; "
        f"open_database('sqlite:///{company.path}'); actor = Actor.of(Operator.get()); "
    )
    return subprocess.Popen(
        [sys.executable, "-c", begin + lines_of_code], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )


def helpers_of(process: subprocess.Popen[str], count: int) -> list[int]:
    """The process ids of its helpers, as soon as there are so many; none when it ends before."""
    found: list[int] = []
    while len(found) < count and process.poll() is None:
        time.sleep(0.002)
        found = children(process.pid)
    return found


def lives(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: Sequence[int]) -> bool:
    """Whether all of them end within the time that loading the machine may take."""
    until = time.monotonic() + 20
    while any(map(lives, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(lives, pids))


def test_helpers_do_not_outlive_a_killed_program(prepared: Callable[[], Prepared]) -> None:
    waits = (
        "issue(NoticeFilter(), actor, processes=3, progress=lambda *_: (print('begun', flush=True), time.sleep(60)))"
    )
    with driver(prepared(), waits) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        helpers = helpers_of(process, 2)
        assert len(helpers) == 2
        assert all(map(lives, helpers))
        process.kill()
        assert gone(helpers)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_after_the_chunk_in_hand(
    prepared: Callable[[], Prepared], number: signal.Signals, tmp_path: Path
) -> None:
    company = prepared()
    known = {
        "OPOMINI_HOME": str(tmp_path),
        "OPOMINI_DATABASE_URL": f"sqlite:///{company.path}",
        "OPOMINI_LANGUAGE": "en",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "opomini_tui", "issue", "--processes", "3"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env={**os.environ, **known},
        start_new_session=True,
    ) as process:
        helpers = helpers_of(process, 2)
        if helpers:
            os.killpg(process.pid, number)
        said, complained = process.communicate(timeout=60)
    issued = len(issued_letters())
    assert (process.returncode, issued) in ((3, 50), (0, company.count)), (process.returncode, said, complained)
    assert f"{issued} notices were issued." in said
    assert "Traceback" not in complained
    assert gone(helpers)
