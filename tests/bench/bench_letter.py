"""Letters a second, on one core and on several, beside the same letter as others make it.

    python -m tests.bench.bench_letter [--only letter,pool,issue,job,signature] [--rounds 5] [--letters 1000]

- letter: a one-page letter with a logo, ten items in Lato, and the slip with its code, beside the PDF library's own
  flowables written as its manual shows, and beside typst and WeasyPrint where these are installed; and one of 200 items.
- pool: only the drawing, by one process and by two, which are warm.
- issue: `issue()` from the prepared notice to the stored letter in an SQLite file, by one process and by two, whose start
  counts.
- job: a print job of 5,000 letters in a process of its own.
- signature: what signing a letter takes.

What is compared takes turns in the same run, so that a busy machine slows all of it; medians are printed, and the
smallest and the largest. Times of one process are processor time, those of several are the clock's: two of them are only
faster on a machine that has nothing else to do. For a machine that has, `issue` also says how much more processor time two
processes take together than one: the work is shared evenly, so that is what keeps two free processors from twice the rate.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

from opomini_tui.documents.issue import CHUNK, issue
from opomini_tui.documents.issue_pool import LetterPool
from opomini_tui.documents.letter import Letter, LetterFile, draw_letter, letter_sheets
from opomini_tui.documents.signature import open_signer
from opomini_tui.dunning.prepare import prepare
from opomini_tui.models.actor import Actor
from opomini_tui.models.database import database, open_database
from opomini_tui.models.notice_filter import NoticeFilter
from opomini_tui.models.parties import Operator
from opomini_tui.models.settings import Company
from tests.bench.letter_rivals import register_fonts, rivals
from tests.conftest import RUNS, set_up_company
from tests.documents.samples import SENDER, letter_of, lines, logo
from tests.ledger_rows import add_customer, add_item
from tests.setup.pkcs12 import PASSPHRASE, make_pkcs12

PARTS = ("letter", "pool", "issue", "job", "signature")
JOB = 5000
LONG = 200
SIGNED = 100


def letters_of(count: int, items: int = 10) -> list[Letter]:
    """So many letters of so many items, with a logo and the slip."""
    sender = replace(SENDER, logo=logo())
    return [letter_of(lines(items), number=n, sender=sender, level=1, codes=True) for n in range(1, count + 1)]


def per_letter(make: Callable[[Letter], object], letter: Letter) -> float:
    """Milliseconds of processor time for one letter."""
    start = time.process_time()
    make(letter)
    return (time.process_time() - start) * 1000


def spread(values: list[float], form: str) -> str:
    """Median, and smallest and largest."""
    said = f"{statistics.median(values):{form}}", f"{min(values):{form}}", f"{max(values):{form}}"
    return f"{said[0]} ({said[1].strip()}–{said[2].strip()})"


def one_letter(rounds: int) -> None:
    """The letter by us and by others in turns, and a letter of 200 items."""
    register_fonts()
    others = rivals()
    makers: dict[str, tuple[Callable[[Letter], bytes], Letter]] = {"letter": (draw_letter, letters_of(1)[0])}
    makers |= {name: (make, letters_of(1)[0]) for name, make in others.items() if make}
    makers[f"{LONG} items"] = (draw_letter, letters_of(1, LONG)[0])
    sizes = {name: len(make(letter)) for name, (make, letter) in makers.items()}  # the first warms up
    taken: dict[str, list[float]] = {name: [] for name in makers}
    for number in range(rounds * 3):
        for name, (make, letter) in makers.items():
            taken[name].append(per_letter(make, replace(letter, number=number + 2)))
    ours = statistics.median(taken["letter"])
    for name, times in taken.items():
        median = statistics.median(times)
        beside = "" if name == "letter" else f"   {median / ours:6.1f} times the letter"
        print(f"{name:10} {spread(times, '7.2f'):>24} ms {1000 / median:7.0f}/s {sizes[name]:9,} bytes{beside}")
    for name in [name for name, make in others.items() if make is None]:
        print(f"{name:10} is not installed")


def print_ratio(name: str, one: list[float], two: list[float]) -> None:
    """Rates of one process and of two, and how many times faster the two were in the same round."""
    ratios = [second / first for first, second in zip(one, two, strict=True)]
    print(f"{name:10} one {spread(one, '5.0f')}/s   two {spread(two, '5.0f')}/s   {spread(ratios, '4.2f')} times")
    print(f"{'':10} load of the machine {os.getloadavg()[0]:.1f} on {len(os.sched_getaffinity(0))} processors")


def drawing(letters: int, rounds: int) -> None:
    """Only drawing, by warm processes."""
    made = letters_of(letters)
    chunks = [(start, made[start : start + CHUNK]) for start in range(0, letters, CHUNK)]
    rates: dict[int, list[float]] = {1: [], 2: []}
    with LetterPool[int](0) as alone, LetterPool[int](1) as pair:
        pools = {1: alone, 2: pair}
        for pool in pools.values():
            assert sum(len(drawn) for _start, drawn in pool.drawn(chunks[:8])) > 0  # warms up
        for _round in range(rounds):
            for processes, pool in pools.items():
                begun = time.perf_counter()
                assert sum(len(drawn) for _start, drawn in pool.drawn(chunks)) == letters
                rates[processes].append(letters / (time.perf_counter() - begun))
    print_ratio("drawing", rates[1], rates[2])


def prepared_company(path: Path, notices: int) -> None:
    """A company with a logo, and so many prepared notices of ten items."""
    open_database(f"sqlite:///{path}")
    actor = set_up_company()
    Company.update(logo=logo()).execute()
    with database.atomic():
        for number in range(1, notices + 1):
            customer = add_customer(f"{number:07d}", street="Čopova ulica 11", post_code="1000", city="Ljubljana")
            for item in range(10):
                add_item(customer, f"R-{number}-{item}", RUNS[0] - timedelta(days=40 + item), f"{100 + item}.25")
    prepare(RUNS[0], actor)
    database.obj.close()


def helpers_time() -> float:
    """Seconds of processor time that helpers took which have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def issuing(letters: int, rounds: int, folder: Path) -> None:
    """The whole verb in an SQLite file, from a fresh copy each time."""
    prepared_company(folder / "prepared.db", letters)
    rates: dict[int, list[float]] = {1: [], 2: []}
    busy: dict[int, list[float]] = {1: [], 2: []}
    for number in range(rounds):
        for processes in (1, 2):
            path = folder / f"{number}-{processes}.db"
            shutil.copy(folder / "prepared.db", path)
            open_database(f"sqlite:///{path}")
            begun, here, there = time.perf_counter(), time.process_time(), helpers_time()
            done = issue(NoticeFilter(), Actor.of(Operator.get()), processes=processes)
            rates[processes].append(letters / (time.perf_counter() - begun))
            busy[processes].append(time.process_time() - here + helpers_time() - there)
            assert (done.count, done.refused) == (letters, ())
            database.obj.close()
            path.unlink()
    print_ratio("issue()", rates[1], rates[2])
    ratios = [two / one for one, two in zip(busy[1], busy[2], strict=True)]
    print(f"{'':10} processor time of both together: {spread(ratios, '4.2f')} times that of one")


def print_job(count: int) -> tuple[float, int, int]:
    """Draw the letters as a print job does, each once alone to compare it and once into the whole.

    Seconds on the clock, bytes of the file, and kilobytes of memory that the process took at most.
    """
    start, file, sender = time.perf_counter(), LetterFile(), replace(SENDER, logo=logo())
    for number in range(1, count + 1):
        letter = letter_of(lines(10), number=number, sender=sender, level=1, codes=True)
        sheets = letter_sheets(letter)
        draw_letter(letter, sheets)
        file.add(letter, sheets)
    content = file.finish()
    return time.perf_counter() - start, len(content), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def signing(letter: bytes) -> float:
    """Milliseconds of processor time for one signature, the key open already."""
    with tempfile.TemporaryDirectory() as folder:
        path = make_pkcs12(Path(folder) / "bench.p12", "Bench", kind="rsa")
        signer = open_signer(path.read_bytes(), PASSPHRASE)
    signer.sign(letter)
    start = time.process_time()
    for _number in range(SIGNED):
        signer.sign(letter)
    return (time.process_time() - start) / SIGNED * 1000


def parts(only: str) -> Iterator[str]:
    """The parts that are asked for, in order."""
    wanted = only.split(",") if only else PARTS
    yield from (part for part in PARTS if part in wanted)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", metavar="PARTS")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--letters", type=int, default=1000, help="in each round of pool and issue")
    args = parser.parse_args()
    for part in parts(args.only):
        if part == "letter":
            one_letter(args.rounds)
        elif part == "pool":
            drawing(args.letters, args.rounds)
        elif part == "issue":
            with tempfile.TemporaryDirectory() as folder:
                issuing(args.letters, args.rounds, Path(folder))
        elif part == "job":
            with get_context("spawn").Pool(1) as pool:
                seconds, size, memory = pool.apply(print_job, (JOB,))
            each = f"{size / JOB / 1024:.1f} kB a letter   {memory // 1024} MB of memory"
            print(f"print job of {JOB:,} letters: {seconds:.1f} s   {each}")
        else:
            print(f"signature  {signing(draw_letter(letters_of(1)[0])):7.2f} ms")


if __name__ == "__main__":
    main()
