"""ZIP files with exactly one spelling: the same members are always the same bytes, and other bytes are refused.

Members are stored, not compressed, in a given order and without dates. A reader takes the file apart from its front,
writes it anew and compares: so no bit of the container is free, and there is nothing to unpack, to overwrite or to
find twice. Any program that reads ZIP opens such a file.
"""

import re
import struct
from collections.abc import Mapping, Sequence
from zlib import crc32

from .errors import VerificationError

MAX_ARCHIVE_BYTES = 256 * 2**20
"""A file longer than this is not read."""

MAX_MEMBERS = 4096
"""The most members of a file."""

_LOCAL, _CENTRAL, _END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
_VERSION = 20
_MADE_ON_UNIX = 3 << 8
_DAY = 1 << 5 | 1  # 1 January 1980, the first day that the format knows
_MODE = 0o100644 << 16
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}(/[A-Za-z0-9][A-Za-z0-9._-]{0,79})?", re.ASCII)


def write_archive(members: Sequence[tuple[str, bytes]]) -> bytes:
    """Write a file of members: plain names, each once, at most one folder deep.

    Raises:
        ValueError: if a name is not plain or not the only one, or there is too much.
    """
    fault = _fault(members)
    if fault:
        raise ValueError(fault)
    parts, listed, offset = [], [], 0
    for name, data in members:
        told = (_VERSION, 0, 0, 0, _DAY, crc32(data), len(data), len(data), len(name), 0)
        local = _LOCAL.pack(b"PK\3\4", *told) + name.encode("ascii")
        parts += [local, data]
        listed.append(
            _CENTRAL.pack(b"PK\1\2", _MADE_ON_UNIX | _VERSION, *told, 0, 0, 0, _MODE, offset) + name.encode("ascii")
        )
        offset += len(local) + len(data)
    directory = b"".join(listed)
    end = _END.pack(b"PK\5\6", 0, 0, len(members), len(members), len(directory), offset, 0)
    return b"".join((*parts, directory, end))


def read_archive(data: bytes) -> Mapping[str, bytes]:
    """Read the members of a file, in their order.

    Raises:
        VerificationError: if the file is not byte for byte what `write_archive` writes of its members.
    """
    if len(data) > MAX_ARCHIVE_BYTES:
        raise VerificationError(f"archive: it has more than {MAX_ARCHIVE_BYTES} bytes")
    members: list[tuple[str, bytes]] = []
    offset = 0
    while data[offset : offset + 4] == b"PK\3\4":
        name, content, offset = _member(data, offset)
        members.append((name, content))
        if len(members) > MAX_MEMBERS:
            break
    fault = _fault(members) or ("" if write_archive(members) == data else "it is spelled in another way than the one")
    if fault:
        raise VerificationError(f"archive: {fault}")
    return dict(members)


def _member(data: bytes, offset: int) -> tuple[str, bytes, int]:
    begins = offset + _LOCAL.size
    if begins > len(data):
        raise VerificationError("archive: it ends within a member")
    *_, length, named, _ = _LOCAL.unpack_from(data, offset)
    ends = begins + named + length
    if ends > len(data):
        raise VerificationError("archive: it ends within a member")
    return data[begins : begins + named].decode("ascii", "replace"), data[begins + named : ends], ends


def _fault(members: Sequence[tuple[str, bytes]]) -> str:
    """Say what forbids these members; nothing does when the answer is empty."""
    if not 0 < len(members) <= MAX_MEMBERS:
        return f"a file has from 1 to {MAX_MEMBERS} members"
    if sum(len(data) for _, data in members) > MAX_ARCHIVE_BYTES:
        return f"it has more than {MAX_ARCHIVE_BYTES} bytes"
    names = [name for name, _ in members]
    for name in names:
        if not _NAME.fullmatch(name):
            return f"the name {name!r} is not a plain one"
    return "" if len(set(names)) == len(names) else "a name stands there twice"
