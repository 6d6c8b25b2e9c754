"""Clients in Python: CLIENT WORK COUNT URL [CA_FILE], where CLIENT is `mendix_deploy` or one of its peers.

`WORK*THREADS` does the work in several threads at once, `COUNT` times in all.

What they print is described in src/main.rs. The peers do what scripts do with them: one session, and `json.loads`.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

APP_PATHS = {"get": "/api/1/apps/calc/environments", "list": "/api/1/apps"}
ENTRIES = {"get": 3, "list": 10_000}
HEADERS = {
    "Mendix-Username": "me@example.com",
    "Mendix-ApiKey": "26587896-1cef-4483-accf-ad304e2673d6",
    "Accept": "application/json",
}


def mendix_deploy(work: str, url: str, ca_file: str | None) -> Callable[[], object]:
    from mendix_deploy import Client

    username, api_key = HEADERS["Mendix-Username"], HEADERS["Mendix-ApiKey"]
    client = Client(username=username, api_key=api_key, base_url=url, ca_file=ca_file)
    if work == "settings":

        def settings() -> object:
            read = client.get_environment_settings("calc", "Acceptance")
            return client.set_environment_settings("calc", "Acceptance", read)

        return settings
    if work == "list":
        return client.list_apps
    return lambda: client.list_environments("calc")


def pycurl(work: str, url: str, ca_file: str | None) -> Callable[[], object]:
    import pycurl

    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, url + APP_PATHS[work])
    curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in HEADERS.items()])
    if ca_file:
        curl.setopt(pycurl.CAINFO, ca_file)

    def once() -> object:
        body = BytesIO()
        curl.setopt(pycurl.WRITEDATA, body)
        curl.perform()
        return json.loads(body.getvalue())

    return once


def urllib3(work: str, url: str, ca_file: str | None) -> Callable[[], object]:
    import urllib3

    pool: Any = urllib3.PoolManager(ca_certs=ca_file)
    return lambda: json.loads(pool.request("GET", url + APP_PATHS[work], headers=HEADERS).data)


def requests(work: str, url: str, ca_file: str | None) -> Callable[[], object]:
    import requests

    session: Any = requests.Session()
    session.headers.update(HEADERS)
    session.trust_env = False  # a variable would go before what is given
    session.verify = ca_file or True
    return lambda: session.get(url + APP_PATHS[work]).json()


def httpx(work: str, url: str, ca_file: str | None) -> Callable[[], object]:
    import ssl

    import httpx

    verify = ssl.create_default_context(cafile=ca_file) if ca_file else True
    client: Any = httpx.Client(headers=HEADERS, verify=verify)
    return lambda: client.get(url + APP_PATHS[work]).json()


CLIENTS = {
    "mendix_deploy": mendix_deploy,
    "pycurl": pycurl,
    "urllib3": urllib3,
    "requests": requests,
    "httpx": httpx,
}


def peak_kib() -> int:
    """Gives the most memory that this process had: not what started it, as `resource` does."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


def main(name: str, work: str, count: int, url: str, ca_file: str | None = None) -> None:
    """Does the work so often and prints what it took."""
    work, _, threads = work.partition("*")
    once = CLIENTS[name](work, url, ca_file)
    if work != "get":
        CLIENTS[name]("get", url, ca_file)()
    before = peak_kib()
    first = once()
    if work in ENTRIES:
        assert len(first) == ENTRIES[work], first  # type: ignore[arg-type]

    def repeat(count: int) -> None:
        # A client of ours is for all threads.
        own = once if name == "mendix_deploy" or not threads else CLIENTS[name](work, url, ca_file)
        for _ in range(count):
            own()

    started, cpu = time.perf_counter(), time.process_time()
    if threads:
        with ThreadPoolExecutor(int(threads)) as pool:
            list(pool.map(repeat, [count // int(threads)] * int(threads)))
    else:
        repeat(count)
    taken = {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu}
    peak = peak_kib()
    print(json.dumps({"count": count, **taken, "peak_kib": peak, "growth_kib": peak - before}))


if __name__ == "__main__":
    name, work, count, *rest = sys.argv[1:]
    main(name, work, int(count), *rest)
