"""The operator's mailbox (POP3): bounces, replies and own copies of what was sent. Nothing in it is ever changed."""
