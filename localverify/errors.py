"""Every exception that localverify raises on purpose.

::

    LocalVerifyError
    ├── InputError        the caller's bytes or arguments are wrong; `reason` says how
    ├── NotFound          an id, a key or a file that is not there
    ├── Conflict          the state does not allow it (already there, already ended)
    ├── NotSupported      right in form, but this build or this operation cannot do it
    ├── NotReady          something that the operator must provide: weights, a package, a newer schema
    ├── Busy              no worker came free, or no answer was reached, before the deadline
    └── RemoteError       a vendor that was asked did not answer

A picture without a face is not an error: it is a `Check` with a reason.
"""

from __future__ import annotations


class LocalVerifyError(Exception):
    """Base of the tree.

    Attributes:
        reason: a short stable word in snake case for programs; the message is for people.
        field: the name of the parameter that is to blame, if one is.
    """

    reason = "error"

    def __init__(self, message: str, *, reason: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason or type(self).reason
        self.field = field


class InputError(LocalVerifyError):
    """The caller's bytes or arguments are wrong.

    Pictures use the reasons ``empty``, ``too_large``, ``too_many_pixels``, ``unknown_format``,
    ``truncated`` and ``corrupt``; everything else is ``invalid``.
    """

    reason = "invalid"


class NotFound(LocalVerifyError):
    """An id, a key or a file that is not there."""

    reason = "not_found"


class Conflict(LocalVerifyError):
    """The state does not allow the call."""

    reason = "conflict"


class NotSupported(LocalVerifyError):
    """Right in form, but not something this build can do."""

    reason = "not_supported"


class NotReady(LocalVerifyError):
    """The operator has to provide something first; the message says what and how."""

    reason = "not_ready"


class Busy(LocalVerifyError):
    """The deadline passed before a worker came free or an answer was reached."""

    reason = "busy"


class RemoteError(LocalVerifyError):
    """A vendor that was asked did not answer, or answered nonsense."""

    reason = "remote_error"
