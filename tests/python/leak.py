"""Makes many small calls, and says by how much the process grew: leak.py CALLS [keep].

`leak.py 1000000` takes a few minutes; the tests make fewer. The server is a process of its own, with one answer to
everything, so that what grows here is the client's. With `keep` every result is kept: a leak, which must be seen.
"""

import contextlib
import gc
import multiprocessing
import resource
import socket
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

from mendix_deploy import App, Client, NotFoundError

LIMIT = 1024 * 1024
"""More than this is a leak, in bytes."""
WARM_UP = 10_000
"""Calls after which caches and pools are as large as they get."""

APP = b'{"AppId": "calc", "Name": "Calculation App", "ProjectId": "x", "Url": "https://calc.mendixcloud.com"}'
ERROR = b'{"errorCode": "APP_NOT_FOUND", "errorMessage": "App not found."}'


def answer(status: bytes, body: bytes) -> bytes:
    """Write an answer."""
    head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body)) + body


def serve(ready: Connection) -> None:
    """Answer the requests of one connection after another, until the parent ends this process."""
    found, missing = answer(b"200 OK", APP), answer(b"404 Not Found", ERROR)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ready.send(listener.getsockname()[1])
        while True:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(ConnectionError):
                # The calls have no body, and one follows another: what arrives together is one request.
                while request := connection.recv(65536):
                    while not request.endswith(b"\r\n\r\n"):
                        request += connection.recv(65536)
                    connection.sendall(missing if b"/nowhere" in request else found)


def resident() -> int:
    """Give the memory of this process, in bytes."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def work(client: Client, calls: int, kept: list[App] | None = None) -> None:
    """Make calls; every tenth fails."""
    for number in range(calls):
        if number % 10:
            app = client.get_app("calc")
            repr(app)
            if kept is not None:
                kept.append(app)
        else:
            with contextlib.suppress(NotFoundError):
                client.get_app("nowhere")


def main() -> None:
    """Measure."""
    calls = int(sys.argv[1])
    here, there = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(there,), daemon=True)
    server.start()
    client = Client(username="me@example.com", api_key="key", base_url=f"http://127.0.0.1:{here.recv()}")
    work(client, WARM_UP)
    before, started = resident(), time.perf_counter()
    kept: list[App] | None = [] if "keep" in sys.argv[2:] else None
    work(client, calls, kept)
    took, grown = time.perf_counter() - started, resident() - before
    server.terminate()
    print(f"{calls} calls at {calls / took:.0f} a second, {grown // 1024} KiB more")
    sys.exit(grown > LIMIT)


if __name__ == "__main__":
    main()
