"""Places on disk: closed to others whatever the umask."""

import os
import stat
from pathlib import Path

import pytest

from csmdesk.errors import StoreUnusable
from csmdesk.paths import places, private_folder, write_private


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> object:
    """Run under a umask of the outside world."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    """Return the permission bits of a path."""
    return stat.S_IMODE(path.stat().st_mode)


def test_everything_lies_in_the_home_of_the_user(home: Path) -> None:
    here = places()
    for place in (here.config_file, here.store, here.demo, here.reports, here.cache):
        assert place.is_relative_to(home)
        assert not place.exists()


def test_folders_and_files_are_for_the_user_alone(tmp_path: Path, umask: int) -> None:
    folder = private_folder(tmp_path / "one" / "two")
    write_private(folder / "file", b"x")
    assert mode(folder) == 0o700
    assert mode(folder / "file") == 0o600


def test_an_open_folder_of_ours_is_closed(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)
    assert mode(private_folder(tmp_path / "open")) == 0o700


def test_a_file_where_a_folder_belongs_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreUnusable):
            private_folder(place)


def test_a_written_file_replaces_the_old_one_or_leaves_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_private(file, b"old")
    write_private(file, b"new")
    assert file.read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_link_in_the_way_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_bytes(b"precious")
    (tmp_path / "link").symlink_to(target)
    write_private(tmp_path / "link", b"x")
    assert target.read_bytes() == b"precious"
    assert not (tmp_path / "link").is_symlink()
