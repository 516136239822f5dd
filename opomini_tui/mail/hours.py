"""The hours in which batches are sent: from, until and the days of the week, in the company's time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from opomini_tui.models.database import run

_DAYS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Hours:
    """When messages may go: `first` ≤ the time of day < `end` (None: no limit; `first` > `end` spans midnight) on the
    `days` ("1" is Monday) in `zone`. A span over midnight belongs to the day on which it begins.
    """

    first: time | None
    end: time | None
    days: str
    zone: str

    def is_open(self, now: int) -> bool:
        """Whether messages may go at `now` (UTC milliseconds)."""
        return self.opens_at(now) == now

    def opens_at(self, now: int) -> int:
        """The first moment from `now` on at which messages may go (UTC milliseconds; `now` itself when open)."""
        zone = ZoneInfo(self.zone)
        here = datetime.fromtimestamp(now / 1000, UTC).astimezone(zone)
        spans = []
        for ahead in range(-1, _DAYS_AHEAD):
            day = (here + timedelta(days=ahead)).date()
            if str(day.isoweekday()) not in self.days:
                continue
            first, end = self.first or time.min, self.end or time.min
            last_day = day if end > first else day + timedelta(days=1)
            begin = datetime.combine(day, first, zone)
            spans.append((_moment(begin), _moment(datetime.combine(last_day, end, zone))))
        for begin_at, end_at in spans:
            if begin_at <= now < end_at:
                return now
        return min((begin_at for begin_at, _end in spans if begin_at > now), default=now)


def _moment(local: datetime) -> int:
    """UTC milliseconds of a local moment; one that a change of clocks leaves out is the moment after it."""
    return round(local.astimezone(UTC).timestamp() * 1000)


def sending_hours() -> Hours | None:
    """The company's hours; None when messages may go at any time: days alone, without an hour, say nothing."""
    row = run("SELECT send_from, send_until, send_days, time_zone FROM company WHERE id = 1").fetchone()
    if row is None or not (row[0] or row[1]):
        return None
    first, end, days, zone = row
    return Hours(_time(first), _time(end), days, zone)


def _time(text: str) -> time | None:
    """A time of day as the settings keep it ("HH:MM", "" for none)."""
    return time.fromisoformat(text) if text else None
