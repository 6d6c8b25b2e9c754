"""Results as tables, for terminals and notebooks. What cannot be shown in one line is shortened; links stay hidden."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# How much of a list and of a value a terminal shows.
_MOST_ROWS = 30
_WIDEST = 40


def _is_result(value: object) -> bool:
    return type(value).__module__ == "mendix_deploy" and hasattr(value, "to_dict")


def _plain(value: object) -> str:
    """Give a value as one line of printable text."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(str(getattr(item, "name", item)) for item in value)
    if _is_result(value):
        # Of a state within a report, the first field tells most.
        return _plain(getattr(value, type(value).__match_args__[0]))  # type: ignore[attr-defined]
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in str(value))


def _columns(items: Sequence[Any]) -> tuple[list[str], list[list[str]]]:
    """Give the names of the fields that an item has, and their texts for each item."""
    names = [
        name for name in type(items[0]).__match_args__ if any(getattr(item, name, None) is not None for item in items)
    ]
    return names, [[_plain(getattr(item, name, None)) for name in names] for item in items]


def is_uniform(items: Sequence[object]) -> bool:
    """Whether all items are results of one class, so that a table can show them."""
    return bool(items) and _is_result(items[0]) and len({type(item) for item in items}) == 1


def text(items: Sequence[Any]) -> str:
    """Give results of one class as an aligned table."""
    names, rows = _columns(items[:_MOST_ROWS])
    cells = [names, *([_shortened(cell) for cell in row] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(names))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    title = _title(items)
    more = [f"… and {len(items) - _MOST_ROWS} more"] if len(items) > _MOST_ROWS else []
    return "\n".join([title, *lines, *more])


def _title(items: Sequence[object]) -> str:
    return f"{type(items[0]).__name__} ({len(items)})"


def _shortened(cell: str) -> str:
    return cell if len(cell) <= _WIDEST else cell[: _WIDEST - 1] + "…"


def _escaped(value: object) -> str:
    # Only notebooks need it.
    from html import escape  # noqa: PLC0415

    return escape(str(value))


def _row(cells: Iterable[str], tag: str = "td") -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in cells) + "</tr>"


def _table(caption: str, rows: Iterable[str]) -> str:
    return f"<table><caption>{_escaped(caption)}</caption>{''.join(rows)}</table>"


def rows(caption: str, cells: Iterable[Sequence[str]]) -> str:
    """Give rows of text as HTML."""
    return _table(caption, (_row(map(_escaped, row)) for row in cells))


def listed(items: Sequence[Any]) -> str:
    """Give results of one class as HTML, one in each row."""
    names, cells = _columns(items)
    head = _row(map(_escaped, names), "th")
    return _table(_title(items), [head, *(_row(map(_escaped, row)) for row in cells)])


def fields(result: Any) -> str:  # noqa: ANN401 - any result
    """Give one result as HTML, one field in each row."""
    return _table(type(result).__name__, (_row([_escaped(name), cell]) for name, cell in _cells(result)))


def _cells(result: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any result
    for name in type(result).__match_args__:
        value = getattr(result, name)
        if isinstance(value, tuple) and is_uniform(value):
            yield name, listed(value)
        elif _is_result(value):
            yield name, fields(value)
        elif value is not None and value != ():
            yield name, _escaped(_plain(value))
