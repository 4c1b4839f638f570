"""The embedded broker: messages appear whole, are taken once, and leave nothing behind for ever."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu.connection import Connection

from workers import broker


@pytest.fixture
def channel(tmp_path: Path) -> Iterator[broker.Channel]:
    options = {
        name: str(tmp_path) for name in ("data_folder_in", "data_folder_out", "processed_folder", "control_folder")
    }
    connection = Connection(  # type: ignore[no-untyped-call]
        "folder://", transport=broker.Transport, transport_options=options
    )
    with connection:
        yield connection.channel()  # type: ignore[no-untyped-call]


def test_a_message_is_taken_once_and_is_gone(channel: broker.Channel, tmp_path: Path) -> None:
    channel._put("hoso", {"job": "1"})
    assert channel._get("hoso") == {"job": "1"}
    with pytest.raises(Empty):
        channel._get("hoso")
    assert list(tmp_path.iterdir()) == []


def test_a_message_that_a_power_cut_left_empty_does_not_stop_the_worker(
    channel: broker.Channel, tmp_path: Path
) -> None:
    (tmp_path / "00000000000000000000_a.hoso.msg").touch()
    channel._put("hoso", {"job": "1"})
    assert channel._get("hoso") == {"job": "1"}
    assert list(tmp_path.iterdir()) == []


def test_what_a_crash_left_goes_once_nobody_can_be_at_it(channel: broker.Channel, tmp_path: Path) -> None:
    """A message that lay for days was taken a moment ago: its bytes are old, its taking is not."""
    channel._put("hoso", {"job": "1"})
    taken, written = tmp_path / "1_a.hoso.taken", tmp_path / "2_b.writing"
    taken.write_text("{}")
    written.write_text("{")
    os.utime(taken, (0, 0))
    assert broker.sweep(tmp_path, before=time.time() - broker.LEFT) == 0
    assert taken.exists() and written.exists()
    assert broker.sweep(tmp_path, before=time.time() + 60) == 2
    assert channel._get("hoso") == {"job": "1"}
