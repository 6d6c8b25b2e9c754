"""Terminals for programs that draw on them."""

import contextlib
import os


def text_of(terminal: int) -> str:
    """What a terminal shows whose other end is closed."""
    text = ""
    # It gives what is left, and then an error.
    with contextlib.suppress(OSError):
        while piece := os.read(terminal, 2**16):
            text += piece.decode()
    os.close(terminal)
    return text
