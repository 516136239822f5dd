"""The verbs of the command line, one file per group; each calls the same functions as the screens and prints."""
