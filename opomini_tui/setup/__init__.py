"""Setting up: the first start, signing in, the settings file, what the forms save, backup and copy."""
