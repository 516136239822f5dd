"""Two Postfixes and a Dovecot: the operator's own mail server with the mailbox, and the customers' beyond it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.mail.certificates import make_certificates
from tests.mail.real.dovecot import Dovecot
from tests.mail.real.postfix import NOBODY, Listener, Postfix
from tests.mail.real.programs import HOST, free_ports

OWN, CUSTOMERS, CLOSED = "podjetje.example", "kupec.example", "zaprto.example"
ACCOUNT, PASSWORD = "skrbnik", "geslo-čšž-Č Ž"
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
DELAY_SECONDS, EXPIRE_SECONDS = 4, 12
_BOX_BYTES = 400_000


@dataclass(frozen=True)
class PostOffice:
    """All servers. `ports`: the operator's server by the sign-in mechanism that it offers there."""

    own: Postfix
    customers: Postfix
    dovecot: Dovecot
    ports: dict[str, int]
    pop3_port: int
    ca_file: str

    @property
    def box(self) -> Path:
        """The operator's Maildir."""
        return self.own.folder / "boxes" / ACCOUNT

    @property
    def port(self) -> int:
        """The operator's server, with the mechanism that is chosen most."""
        return self.ports["PLAIN"]

    @property
    def told(self) -> str:
        """The ends of the logs, for a test that fails."""
        return "\n".join((self.own.told, self.customers.told, self.dovecot.told))

    def stop(self) -> None:
        """End all servers."""
        for one in (self.own, self.customers, self.dovecot):
            one.stop()


def open_post_office(folder: Path) -> PostOffice:
    """Start the servers in `folder`, whose path is short (sockets) and open to other users.

    Customers: prejema@kupec.example has a box, poln@kupec.example a full one, others have none; nobody listens for
    zaprto.example. The operator's box is skrbnik@podjetje.example.
    """
    certificates = make_certificates(folder)
    certificate = folder / "good.pem"
    customers_port, closed_port, pop3_port, *ports = free_ports(3 + len(MECHANISMS))
    by_mechanism = dict(zip(MECHANISMS, ports, strict=True))
    boxes = folder / "own" / "boxes"
    dovecot = Dovecot(folder / "dovecot", boxes, pop3_port, certificate, {ACCOUNT: PASSWORD})
    own = Postfix(
        folder / "own",
        OWN,
        [Listener(port, {"smtpd_sasl_mechanism_filter": name}) for name, port in by_mechanism.items()],
        boxes={ACCOUNT: f"{ACCOUNT}/"},
        transport={
            CUSTOMERS: f"smtp:[{HOST}]:{customers_port}",
            CLOSED: f"smtp:[{HOST}]:{closed_port}",
        },
        settings={
            "smtpd_tls_security_level": "may",
            "smtpd_tls_auth_only": "yes",
            "smtpd_tls_chain_files": str(certificate),
            "smtpd_sasl_auth_enable": "yes",
            "smtpd_sasl_type": "dovecot",
            "smtpd_sasl_path": str(dovecot.auth),
            "delay_warning_time": f"{DELAY_SECONDS}s",
            "maximal_queue_lifetime": f"{EXPIRE_SECONDS}s",
            "bounce_queue_lifetime": f"{EXPIRE_SECONDS}s",
        },
    )
    customers = Postfix(
        folder / "customers",
        CUSTOMERS,
        [Listener(customers_port)],
        boxes={"prejema": "prejema/", "poln": "poln"},
        transport={OWN: f"smtp:[{HOST}]:{by_mechanism['PLAIN']}"},
        settings={"message_size_limit": str(_BOX_BYTES), "virtual_mailbox_limit": str(_BOX_BYTES)},
    )
    full = customers.folder / "boxes" / "poln"
    full.write_bytes(b"From somebody@else.example\n" + b"x\n" * (_BOX_BYTES // 2 - 1_000))
    shutil.chown(full, NOBODY, NOBODY)
    return PostOffice(own, customers, dovecot, by_mechanism, pop3_port, certificates.ca_file)
