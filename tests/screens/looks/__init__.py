"""How every screen looks: its lines as text and the styles of all cells in each palette, by size and language, compared exactly.

`python -m tests.screens.looks FOLDER` renews the files beside this one and draws pictures of all of them into FOLDER, to
be looked at by a person; see `__main__.py`.
"""
