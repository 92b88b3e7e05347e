"""The whole site as one file that a reader takes along, the same bytes for the same site."""

import re
import zipfile
from pathlib import Path

NAME = "recurrent-neural-networks"
# A copy cannot hold itself: there, the link to it is only its text.
LINK = re.compile(rf'<a\b[^>]*href="[^"]*\b{NAME}\.zip"[^>]*>(.*?)</a>', re.DOTALL)
# Nor can it hold what was measured, since it is the same bytes for the same sources.
MEASURED = re.compile(r'<div class="[^"]*\bmeasured\b[^"]*">.*?</table></div>', re.DOTALL)
INSTEAD = "<p>(They stand on the published page: this copy is the same from build to build.)</p>"
FIRST_DATE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can hold


def write(site: Path) -> Path:
    """Write the site into a zip file at its root: sorted, without dates, with fixed rights."""
    target = site / f"{NAME}.zip"
    target.unlink(missing_ok=True)
    paths = sorted(path for path in site.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w") as archive:
        for path in paths:
            data = path.read_bytes()
            if path.suffix == ".html":
                data = MEASURED.sub(INSTEAD, LINK.sub(r"\1", data.decode())).encode()
            entry = zipfile.ZipInfo(f"{NAME}/{path.relative_to(site).as_posix()}", FIRST_DATE)
            entry.external_attr = 0o644 << 16
            entry.create_system = 3  # Unix, on every system
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED, 9)
    return target
