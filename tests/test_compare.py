"""Two builds are told apart by one byte, and the message says where."""

import zipfile

import pytest

import _compare


@pytest.fixture
def sites(tmp_path):
    """Two sites with the same files."""
    for name in ("one", "two"):
        folder = tmp_path / name / "reference"
        folder.mkdir(parents=True)
        (tmp_path / name / "index.html").write_text("<p>first\n<p>second, and more\n")
        (tmp_path / name / "font.woff2").write_bytes(b"\xff\x00\x01")
        (tmp_path / name / _compare.MEASURED).write_text(f"took {len(name)} {name}")
        write_archive(tmp_path / name, b"text")
    return tmp_path / "one", tmp_path / "two"


def write_archive(site, text, date=(1980, 1, 1, 0, 0, 0)):
    with zipfile.ZipFile(site / "site.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("book/page.html", date), text)
        archive.writestr(zipfile.ZipInfo(f"book/{_compare.MEASURED}"), "no times")


def test_the_same_sites_differ_in_nothing(sites, capsys):
    assert _compare.differences(*sites) == []
    _compare.main(*map(str, sites))
    assert capsys.readouterr().out == "4 files, the same bytes in both\n"


def test_one_word_is_found_with_its_line(sites, capsys):
    (sites[1] / "index.html").write_text("<p>first\n<p>second, but more\n")
    (message,) = _compare.differences(*sites)
    assert message.startswith("index.html: differs in line 2:")
    assert "- <p>second, and more" in message and "+ <p>second, but more" in message
    with pytest.raises(SystemExit, match="differ in 1 files"):
        _compare.main(*map(str, sites))


def test_one_byte_a_missing_file_and_another_date_are_found(sites):
    (sites[1] / "font.woff2").write_bytes(b"\xff\x00\x02")
    (sites[0] / "extra.txt").write_text("more")
    write_archive(sites[1], b"text", (2026, 1, 1, 0, 0, 0))
    only, font, archived = _compare.differences(*sites)
    assert only == f"extra.txt: only in {sites[0]}"
    assert font == "font.woff2: differs at byte 2 of 3 and 3"
    assert archived.startswith("site.zip/book/page.html: differs in line 1:")


def test_an_empty_folder_is_no_site(tmp_path):
    assert "run nox -s book" in _compare.differences(tmp_path, tmp_path)[0]
