"""Compare two built sites, byte for byte: ``nox -s reproduce``."""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# The one page that two builds may not share: it shows how long they took.
MEASURED = "reference/execution-times.html"
SHOWN = 160  # characters of a line


def files(site: Path) -> dict[str, bytes]:
    """Return all files of a site; those in its archive stand below the archive's name."""
    found: dict[str, bytes] = {}
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        name, data = path.relative_to(site).as_posix(), path.read_bytes()
        if path.suffix == ".zip":  # so that the message says which of its files differs
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for entry in archive.infolist():
                    facts = f"{entry.date_time} {entry.external_attr} {entry.compress_type}\n"
                    found[f"{name}/{entry.filename}"] = facts.encode() + archive.read(entry)
        else:
            found[name] = data
    found.pop(MEASURED, None)
    return found


def shared(one: Sequence[Any], other: Sequence[Any]) -> int:
    """Return how long the common beginning is."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((k for k, (a, b) in pairs if a != b), min(len(one), len(other)))


def where(one: bytes, other: bytes) -> str:
    """Return the first difference of two files, as far as a person can read it."""
    try:
        lines, others = one.decode().splitlines(), other.decode().splitlines()
    except UnicodeDecodeError:
        return f"at byte {shared(one, other)} of {len(one)} and {len(other)}"
    number = shared(lines, others)
    a, b = [*lines, ""][number], [*others, ""][number]
    start = shared(a, b)
    cut = slice(max(0, start - SHOWN // 4), start + SHOWN)
    return f"in line {number + 1}:\n  - {a[cut]}\n  + {b[cut]}"


def differences(first: Path, second: Path) -> list[str]:
    """Return what differs between two sites, a message each."""
    one, other = files(first), files(second)
    if not one:
        return [f"{first} holds no site: run nox -s book"]
    found = [f"{name}: only in {first}" for name in sorted(one.keys() - other.keys())]
    found += [f"{name}: only in {second}" for name in sorted(other.keys() - one.keys())]
    same = sorted(one.keys() & other.keys())
    found += [f"{n}: differs {where(one[n], other[n])}" for n in same if one[n] != other[n]]
    return found


def main(first: str, second: str) -> None:
    """Say what differs and fail, or say that nothing does."""
    if found := differences(Path(first), Path(second)):
        for message in found:
            print(message)
        sys.exit(f"two builds of the same sources differ in {len(found)} files")
    print(f"{len(files(Path(first)))} files, the same bytes in both")


if __name__ == "__main__":
    main(*sys.argv[1:])
