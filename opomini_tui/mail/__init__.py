"""Composing, queueing and handing over messages."""
