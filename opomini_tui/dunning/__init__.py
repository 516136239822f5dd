"""The rules, and the verbs prepare, issue, unlock and delete."""
