"""Safe copies of an installation and the way back: `hoso archive backup` and `restore`.

Two folders, to be kept apart. One holds what is useless without keys: the objects of the archive bucket as they are
(an OCFL tree that any tool reads) and the database, sealed. The other holds the wrapped keys, the secrets and the
list of what was destroyed. A destruction reaches into the second at once, so that it holds in every copy.
"""

from __future__ import annotations
