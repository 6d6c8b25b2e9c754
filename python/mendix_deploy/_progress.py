"""What `progress=True` shows."""

import contextlib
import sys
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from ._native import DeployStep


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


def steps() -> "Steps":
    """What shows a deployment."""
    return Steps()


class Steps:
    """A line for each step that begins or ends, and the bar of the upload where there is a terminal."""

    def __init__(self) -> None:
        self._bar: Bar | None = None

    def __call__(self, done: int, total: int) -> None:
        """Draw so many bytes of the upload."""
        if self._bar is None:
            self._bar = bar("upload")
        if self._bar is not None:
            self._bar(done, total)

    def step(self, step: "DeployStep") -> None:
        """Name a step."""
        self.close()
        text = f"{step.name}: {step.status}"
        if step.status in {"done", "failed"}:
            text += f", {step.elapsed_ms / 1000:.1f} s"
        if step.reason is not None:
            text += f", {step.reason}"
        # No deployment ends because nobody can read of it.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            terminal = sys.stderr
            print(text, file=terminal, flush=True)

    def close(self) -> None:
        """Leave the terminal at the start of a line."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


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
