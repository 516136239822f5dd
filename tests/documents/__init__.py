"""Tests of the letter, its texts and its reference."""
