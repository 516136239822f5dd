"""Tests of the screens, under Pilot."""
