"""Tests of composing, queueing and handing over messages."""
