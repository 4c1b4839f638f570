"""How the memory of page after page is asked for: what one page leaves is kept for the next.

A page's images are of tens of megabytes each. The C library would give each back to the system as soon as it is freed,
and the next would be handed over, and cleared, page by page: a tenth of the time of reading. A process that waits for
the next file holds none of it.
"""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator

# From malloc.h of the GNU C library; other C libraries have no such call.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT, _OWN_MAPPING = 256 << 20, 32 << 20


def keep_freed_memory() -> None:
    """Lets this process keep up to 256 MB of what it frees; nothing where the C library is not GNU's."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(_MMAP_THRESHOLD, _OWN_MAPPING)
        library.mallopt(_TRIM_THRESHOLD, _KEPT)


@contextlib.contextmanager
def given_back() -> Iterator[None]:
    """Gives what was kept back to the system when the block, or the function, ends."""
    try:
        yield
    finally:
        library = ctypes.CDLL(None)
        if hasattr(library, "malloc_trim"):
            library.malloc_trim(0)
