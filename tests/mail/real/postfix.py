"""A private Postfix: its own configuration, queue and log, nothing of the system's mail, no DNS, quick to give up."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.mail.real.programs import HOST, Program

_DAEMONS = Path("/usr/lib/postfix/sbin")

_MAIN = """compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
daemon_directory = {daemons}
command_directory = /usr/sbin
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = {name}
mydomain = {name}
myorigin = {name}
mydestination =
local_recipient_maps =
inet_interfaces = {host}
inet_protocols = ipv4
mynetworks =
relayhost =
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtputf8_enable = yes
alias_maps =
alias_database =
biff = no
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {folder}/boxes
virtual_mailbox_maps = texthash:{folder}/etc/boxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{uid}
transport_maps = texthash:{folder}/etc/transport
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
smtp_destination_concurrency_failed_cohort_limit = 100
default_destination_rate_delay = 0s
"""

_SERVICES = """{listeners}
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Listener:
    """A port, and the settings that hold on it only."""

    port: int
    settings: Mapping[str, str] | None = None

    def service(self) -> str:
        """The line(s) of master.cf."""
        options = "".join(f"\n  -o {{ {name} = {value} }}" for name, value in (self.settings or {}).items())
        return f"{HOST}:{self.port} inet n - n - - smtpd{options}"


class Postfix:
    """Takes mail for `domain` into `boxes` (local part → place below `boxes/`: a Maildir ends in /), sends the domains of
    `transport` on, and bounces what cannot be delivered; `settings` add to main.cf. Use `stop`."""

    def __init__(
        self,
        folder: Path,
        domain: str,
        listeners: Iterable[Listener],
        *,
        boxes: Mapping[str, str],
        transport: Mapping[str, str],
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        listeners = list(listeners)
        for name in ("etc", "queue", "data", "boxes"):
            (folder / name).mkdir(parents=True)
        main = _MAIN.format(
            folder=folder, daemons=_DAEMONS, name=f"mail.{domain}", domain=domain, host=HOST, uid=NOBODY
        )
        self._write("main.cf", main + "".join(f"{name} = {value}\n" for name, value in (settings or {}).items()))
        self._write("master.cf", _SERVICES.format(listeners="\n".join(one.service() for one in listeners)))
        self._write("boxes", "".join(f"{local}@{domain} {place}\n" for local, place in boxes.items()))
        self._write("transport", "".join(f"{name} {way}\n" for name, way in transport.items()))
        shutil.chown(folder / "boxes", NOBODY, NOBODY)
        shutil.chown(folder / "data", "postfix")
        # Makes the folders of the queue.
        subprocess.run(
            ["/usr/sbin/postfix", "-c", folder / "etc", "check"], check=True, stdin=subprocess.DEVNULL, timeout=60
        )
        self._program = Program(
            [_DAEMONS / "master", "-c", folder / "etc", "-d"], [one.port for one in listeners], folder / "log"
        )

    def _write(self, name: str, text: str) -> None:
        (self.folder / "etc" / name).write_text(text, "utf-8")

    @property
    def told(self) -> str:
        """The end of the log."""
        return self._program.told

    def stop(self) -> None:
        """End the server."""
        self._program.stop()
