"""Tests of widgets wait for them exactly, not by the clock."""

from __future__ import annotations

from tests.stillness import exact_stillness as exact_stillness
