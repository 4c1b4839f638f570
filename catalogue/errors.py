"""The root of every error that a person or a program may meet: a stable code, two languages, a next step."""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a command's exit status says. `hoso verify` alone answers 0, 1, 2 by verdict."""

    OK = 0
    FAILED = 1
    USAGE = 2
    BAD_INPUT = 3
    NOT_FOUND = 4
    UNAVAILABLE = 5
    REFUSED = 6


class HosoError(Exception):
    """An error that is told to people.

    Subclasses set the class attributes. The texts are `str.format` templates over the keyword arguments given to
    the constructor; no argument may carry a citizen ID, a secret or a document's content, since errors are logged.
    """

    code: ClassVar[str] = "hoso.error"
    message_vi: ClassVar[str] = "Có lỗi xảy ra."
    message_en: ClassVar[str] = "Something went wrong."
    next_vi: ClassVar[str] = "Thử lại; nếu vẫn lỗi, báo cho quản trị viên kèm mã lỗi."
    next_en: ClassVar[str] = "Try again; if it fails again, tell the administrator the error code."
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED
    status: ClassVar[int] = 400

    def __init__(self, **context: object) -> None:
        self.context = context
        super().__init__(self.message_en.format(**context))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.context)

    @property
    def vi(self) -> str:
        """The message in Vietnamese."""
        return self.message_vi.format(**self.context)

    @property
    def en(self) -> str:
        """The message in English."""
        return self.message_en.format(**self.context)

    def as_dict(self) -> dict[str, str]:
        """The error as every JSON face of the product shows it."""
        return {
            "code": self.code,
            "message_vi": self.vi,
            "message_en": self.en,
            "next": self.next_vi.format(**self.context),
            "next_en": self.next_en.format(**self.context),
        }


def _rebuild(cls: type[HosoError], context: dict[str, object]) -> HosoError:
    """Errors cross process boundaries (a child that opens hostile files sends them back)."""
    return cls(**context)
