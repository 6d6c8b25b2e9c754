"""Lists of results, and results as JSON.

import json

import pandas
from mendix_deploy import Client, json_default

apps = Client.from_env().list_apps()
print(apps)  # a table
print(json.dumps(apps, default=json_default))
pandas.DataFrame(apps.to_dicts())
"""

from os import PathLike, fspath
from typing import Any, Generic, Protocol, SupportsIndex, TypeVar, overload

from . import _misspelt, _tables
from ._native import SignedUrl

__all__ = ["NamedItems", "ResultList", "json_default"]


class _Result(Protocol):
    def to_dict(self) -> dict[str, Any]: ...


class _Named(_Result, Protocol):
    @property
    def name(self) -> str: ...


_R = TypeVar("_R", bound=_Result)
_N = TypeVar("_N", bound=_Named)


class ResultList(list[_R], Generic[_R]):
    """A list of results, which is shown as a table. It is a list in all other respects."""

    def to_dicts(self) -> list[dict[str, Any]]:
        """Give the `to_dict` of each, as `pandas.DataFrame` and `csv.DictWriter` take them."""
        return [item.to_dict() for item in self]

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> _R: ...
    @overload
    def __getitem__(self, index: slice, /) -> "ResultList[_R]": ...
    def __getitem__(self, index: SupportsIndex | slice, /) -> "_R | ResultList[_R]":
        """Give one, or those of a slice as a list of the same kind."""
        return ResultList(super().__getitem__(index)) if isinstance(index, slice) else super().__getitem__(index)

    def copy(self) -> "ResultList[_R]":
        """Give a copy, as the copy of a list is."""
        return ResultList(self)

    def __repr__(self) -> str:
        """Give a table. Signed links and unknown fields are not in it."""
        return _tables.text(self) if _tables.is_uniform(self) else super().__repr__()

    def _repr_html_(self) -> str | None:
        """As a notebook shows it."""
        return _tables.listed(self) if _tables.is_uniform(self) else None


class NamedItems(tuple[_N, ...], Generic[_N]):
    """A tuple whose items are found by their names, too: `settings.constants["Sales.Limit"]`."""

    __slots__ = ()

    @overload
    def __getitem__(self, index: SupportsIndex | str, /) -> _N: ...
    @overload
    def __getitem__(self, index: slice, /) -> "NamedItems[_N]": ...
    def __getitem__(self, index: SupportsIndex | slice | str, /) -> "_N | NamedItems[_N]":
        """Give the item at a place or of a name, or those of a slice."""
        if isinstance(index, str):
            for item in self:
                if item.name == index:
                    return item
            raise KeyError(_unknown(index, [item.name for item in self]))
        return NamedItems(super().__getitem__(index)) if isinstance(index, slice) else super().__getitem__(index)

    def __contains__(self, item: object, /) -> bool:
        """Whether there is this item, or one of this name."""
        if isinstance(item, str):
            return any(each.name == item for each in self)
        return super().__contains__(item)

    def names(self) -> list[str]:
        """Give the names in order."""
        return [item.name for item in self]

    def _repr_html_(self) -> str | None:
        """As a notebook shows it."""
        return _tables.listed(self) if _tables.is_uniform(self) else None


def _unknown(name: str, known: list[str]) -> str:
    expected = _misspelt.meant(name, known, most=3) or f"there is {', '.join(known) or 'none'}"
    return f"there is no {name!r}; {expected}"


def json_default(value: object) -> object:
    """Give what JSON has in place of a result, for `json.dumps(…, default=json_default)`.

    Results are objects with the names and values of `to_dict`, and times are text in ISO 8601. A signed link stays
    hidden: `to_json` of its result has it.
    """
    to_dict = getattr(value, "to_dict", None)
    if to_dict is not None and type(value).__module__ == "mendix_deploy":
        return to_dict()
    if isinstance(value, SignedUrl):
        return str(value)
    if isinstance(value, PathLike):
        return fspath(value)
    isoformat = getattr(value, "isoformat", None)
    if isoformat is not None and type(value).__module__ == "datetime":
        return isoformat()
    problem = f"Object of type {type(value).__name__} is not JSON serializable"
    raise TypeError(problem)
