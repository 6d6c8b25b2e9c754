"""What a client tells `on_event`: that a call goes again, or that a lost answer was read back."""

from typing import NamedTuple, TypeAlias

from .exceptions import MendixDeployError

__all__ = ["Adopted", "CallEvent", "Retrying"]


class Retrying(NamedTuple):
    """An attempt failed in a way that allows another one, which follows after a pause."""

    operation: str
    """The call."""
    error: MendixDeployError
    """Why the attempt failed."""
    pause: float
    """How long the client waits, in seconds."""


class Adopted(NamedTuple):
    """The answer to a change was lost, and the state shows that the change was made: the call succeeds."""

    operation: str
    """The call."""
    error: MendixDeployError
    """How the answer was lost."""


CallEvent: TypeAlias = Retrying | Adopted
"""One of the above. Later versions may add others."""
