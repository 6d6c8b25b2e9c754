"""What a misspelt name may stand for."""

from collections.abc import Sequence


def meant(name: str, known: Sequence[str], most: int = 1) -> str | None:
    """Ask for the known names that are most like this one, if there are any."""
    # Only a mistake needs it.
    from difflib import get_close_matches  # noqa: PLC0415

    close = get_close_matches(name, known, most)
    return f"did you mean {' or '.join(map(repr, close))}?" if close else None
