"""A private Dovecot: POP3 with STLS on a Maildir, and the place where Postfix asks whether a password is right."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.mail.real.programs import HOST, Program

_CONFIGURATION = """base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = pop3
listen = {host}
ssl = yes
ssl_cert = <{certificate}
ssl_key = <{certificate}
disable_plaintext_auth = yes
auth_mechanisms = plain login cram-md5
first_valid_uid = 1
mail_location = maildir:{boxes}/%u
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={boxes}/%u
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {port}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
}}
"""


def other_version() -> str:
    """Why the Dovecot of this machine is not the one that this configuration is for; "" when it is."""
    found = subprocess.run(["/usr/sbin/dovecot", "--version"], capture_output=True, text=True, check=True).stdout
    return "" if found.startswith("2.3.") else f"the configuration is for Dovecot 2.3, here is {found.strip()}"


class Dovecot:
    """Serves the Maildirs below `boxes` to `accounts` (name → password); `auth` is the socket for Postfix. Use `stop`."""

    def __init__(self, folder: Path, boxes: Path, port: int, certificate: Path, accounts: dict[str, str]) -> None:
        folder.mkdir(parents=True)
        self.auth = folder / "auth"
        (folder / "users").write_text("".join(f"{name}:{word}\n" for name, word in accounts.items()), "utf-8")
        configuration = folder / "dovecot.conf"
        configuration.write_text(
            _CONFIGURATION.format(folder=folder, host=HOST, certificate=certificate, boxes=boxes, port=port), "utf-8"
        )
        self._program = Program(["/usr/sbin/dovecot", "-F", "-c", configuration], [port], folder / "log")

    @property
    def told(self) -> str:
        """The end of the log."""
        return self._program.told

    def stop(self) -> None:
        """End the server."""
        self._program.stop()
