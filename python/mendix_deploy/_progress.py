"""The bar that `progress=True` draws."""

import contextlib
import sys
from typing import Protocol, TextIO


class Bar(Protocol):
    """What is told of a transfer, and that it is over, however it ended."""

    def __call__(self, done: int, total: int) -> None:
        """Draw so many bytes of all, or of 0 where nobody knows."""

    def close(self) -> None:
        """Leave the terminal at the start of a line."""


def bar(what: str) -> Bar | None:
    """Something to tell of progress, or nothing where standard error is no terminal."""
    # What stands in for it may be able to write only.
    is_terminal = getattr(sys.stderr, "isatty", None)
    if getattr(sys.stderr, "closed", False) or is_terminal is None or not is_terminal():
        return None
    try:
        return _WhileItIsThere(_Tqdm(what, sys.stderr))
    except ModuleNotFoundError:
        return _WhileItIsThere(_Plain(what, sys.stderr))
    except OSError:
        return None


class _WhileItIsThere:
    """A bar as long as its terminal is there: no transfer ends because a window was closed."""

    def __init__(self, drawn: Bar) -> None:
        self._drawn: Bar | None = drawn

    def __call__(self, done: int, total: int) -> None:
        if self._drawn:
            try:
                self._drawn(done, total)
            except (OSError, ValueError):
                self._drawn = None

    def close(self) -> None:
        if self._drawn:
            with contextlib.suppress(OSError, ValueError):
                self._drawn.close()


class _Tqdm:
    """A bar of tqdm."""

    def __init__(self, what: str, terminal: TextIO) -> None:
        from tqdm import tqdm  # noqa: PLC0415 - it need not be installed

        self._drawn = tqdm(desc=what, unit="B", unit_scale=True, unit_divisor=1024, file=terminal)

    def __call__(self, done: int, total: int) -> None:
        self._drawn.total = total or None
        self._drawn.update(done - self._drawn.n)

    def close(self) -> None:
        self._drawn.close()


class _Plain:
    """Per cent on one line, for where tqdm is not installed."""

    def __init__(self, what: str, terminal: TextIO) -> None:
        self._what = what
        self._terminal = terminal
        self._shown = ""

    def __call__(self, done: int, total: int) -> None:
        text = f"{self._what}: {done * 100 // total} %" if total else f"{self._what}: {done // 2**20} MiB"
        if text != self._shown:
            # A call that goes again begins with a shorter text.
            print(f"\r{text.ljust(len(self._shown))}", end="", file=self._terminal, flush=True)
            self._shown = text

    def close(self) -> None:
        if self._shown:
            print(file=self._terminal, flush=True)
