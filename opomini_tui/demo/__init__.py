"""The demo company and its local mail catcher."""
