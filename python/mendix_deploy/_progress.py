"""The bar that `progress=True` draws."""

import sys
from collections.abc import Callable
from typing import TextIO


def bar(what: str) -> Callable[[int, int], object] | None:
    """Something to tell of progress, or nothing where standard error is no terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        return None
    try:
        from tqdm import tqdm  # noqa: PLC0415 - it need not be installed
    except ModuleNotFoundError:
        return _Plain(what, sys.stderr)
    drawn = tqdm(desc=what, unit="B", unit_scale=True, unit_divisor=1024, file=sys.stderr)

    def tell(done: int, total: int) -> None:
        drawn.total = total or None
        drawn.update(done - drawn.n)
        if done == total:
            drawn.close()

    return tell


class _Plain:
    """Per cent on one line, for where tqdm is not installed."""

    def __init__(self, what: str, terminal: TextIO) -> None:
        self._what = what
        self._terminal = terminal
        self._shown = ""

    def __call__(self, done: int, total: int) -> None:
        text = f"{self._what}: {done * 100 // total} %" if total else f"{self._what}: {done // 2**20} MiB"
        if text != self._shown:
            end = "\n" if done == total else ""
            print(f"\r{text}", end=end, file=self._terminal, flush=True)
            self._shown = text
