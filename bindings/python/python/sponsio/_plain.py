"""Plain data in the place of objects that JSON has no word for.

The compiled part asks here for what it does not know. What is unknown here too raises, and the arguments it is in cannot
be read; the call is then decided as any call with unreadable arguments.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping, Sequence, Set
from datetime import date, datetime, time, timedelta
from pathlib import PurePath
from typing import Any
from uuid import UUID


def plain(value: Any) -> Any:
    """The same as text, number, list or dictionary. What is inside is looked at in turn."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (PurePath, UUID)):
        return str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return bytes(value).decode("utf-8")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value, key=repr)
    if isinstance(value, Sequence):
        return list(value)
    return _foreign(value)


def _foreign(value: Any) -> Any:
    """Objects of libraries, told by what they offer: none of them is imported."""
    kind = type(value)
    dump = getattr(kind, "model_dump", None)
    if callable(dump):
        return dump(value, mode="json")
    item = getattr(kind, "tolist", None) or getattr(kind, "item", None)
    if callable(item):
        plain_value = item(value)
        if type(plain_value) is not kind:
            return plain_value
    raise TypeError(f"`{kind.__qualname__}` has no plain form")
