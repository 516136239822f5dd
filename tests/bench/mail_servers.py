"""Servers for the bench of sending, each in a process of its own: a TLS server, and a line with a long way.

    python -m tests.bench.mail_servers tls CERTIFICATE | line PORT MILLISECONDS

The first line that it prints is its port; it ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

HOST = "127.0.0.1"
_CHUNK = 65_536
_END = b"\r\n.\r\n"


def sink_program(name: str) -> str:
    """Where Postfix's test program is.

    Raises:
        SystemExit: it is not installed.
    """
    found = shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if found is None:
        raise SystemExit(f"{name} is not installed (Debian: apt-get install postfix)")
    return found


@contextlib.contextmanager
def smtp_sink() -> Iterator[int]:
    """Postfix's `smtp-sink`, which takes everything and keeps nothing; its port."""
    with socket.create_server((HOST, 0)) as free:
        port: int = free.getsockname()[1]
    process = subprocess.Popen([sink_program("smtp-sink"), "-u", "nobody", f"{HOST}:{port}", "1000"])
    try:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
                break
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def server(*words: object) -> Iterator[int]:
    """A server of this module in a process of its own; its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


class _Client:
    """A client of the TLS server: STARTTLS, any AUTH PLAIN, and messages that are read and forgotten."""

    def __init__(self, connection: socket.socket, context: ssl.SSLContext) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._connection, self._context = connection, context
        self._read = bytearray()

    def serve(self) -> None:
        """Talk until the client leaves."""
        self._say("220 tls.example ESMTP")
        while (line := self._line()) is not None:
            verb = line[:4].upper()
            if verb == b"EHLO":
                tls = isinstance(self._connection, ssl.SSLSocket)
                offers = ("PIPELINING", "8BITMIME", "SIZE 20000000", "AUTH PLAIN" if tls else "STARTTLS")
                lines = ["tls.example", *offers]
                self._say("\r\n".join([*(f"250-{one}" for one in lines[:-1]), f"250 {lines[-1]}"]))
            elif verb == b"STAR":
                self._say("220 go ahead")
                self._connection = self._context.wrap_socket(self._connection, server_side=True)
            elif verb == b"AUTH":
                self._say("235 2.7.0 welcome")
            elif verb == b"DATA":
                self._say("354 go on")
                self._body()
                self._say("250 2.0.0 queued")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, line: str) -> None:
        self._connection.sendall(f"{line}\r\n".encode())

    def _line(self) -> bytes | None:
        while (end := self._read.find(b"\r\n")) < 0:
            if not self._more():
                return None
        line = bytes(self._read[:end])
        del self._read[: end + 2]
        return line

    def _body(self) -> None:
        looked = 0
        while (end := self._read.find(_END, looked)) < 0:
            looked = max(0, len(self._read) - len(_END))
            if not self._more():
                return
        del self._read[: end + len(_END)]

    def _more(self) -> bool:
        data = self._connection.recv(_CHUNK)
        self._read += data
        return bool(data)


def _serve_tls(certificate: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server((HOST, 0))
    print(listener.getsockname()[1], flush=True)

    def converse(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:  # a client that leaves is none of its business
            _Client(connection, context).serve()

    def listen() -> None:
        while True:
            connection, _peer = listener.accept()
            threading.Thread(target=converse, args=(connection,), daemon=True).start()

    threading.Thread(target=listen, daemon=True).start()
    sys.stdin.read()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Carry what comes, each piece `seconds` after it came."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            at, piece = await pieces.get()
            await asyncio.sleep(max(0.0, at - loop.time()))
            if not piece:
                writer.close()
                return
            writer.write(piece)

    task = asyncio.create_task(deliver())
    piece = b"-"
    while piece:
        try:
            piece = await reader.read(_CHUNK)
        except OSError:
            piece = b""
        pieces.put_nowait((loop.time() + seconds, piece))
    await task


async def _serve_line(port: int, seconds: float) -> None:
    """A line to `port` on which everything takes `seconds` each way."""

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * seconds)  # what opening a connection takes
        far_reader, far_writer = await asyncio.open_connection(HOST, port)
        for one in (writer, far_writer):
            one.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.gather(_carry(reader, far_writer, seconds), _carry(far_reader, writer, seconds))

    listener = await asyncio.start_server(connect, HOST, 0)
    print(listener.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    """Be the server that the command line asks for."""
    if sys.argv[1] == "tls":
        _serve_tls(sys.argv[2])
    else:
        asyncio.run(_serve_line(int(sys.argv[2]), float(sys.argv[3]) / 1000))


if __name__ == "__main__":
    main()
