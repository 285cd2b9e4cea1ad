import os
import pwd
from pathlib import Path

import pytest

from engine import paths


@pytest.fixture
def homeless(monkeypatch, tmp_path):
    """A user without a home folder; files for it go below `tmp_path`."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "HF_HOME"):
        monkeypatch.setenv(name, "")  # so that it is there again after the test
        monkeypatch.delenv(name)

    def unknown(uid: int) -> pwd.struct_passwd:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.setattr(paths.tempfile, "gettempdir", lambda: str(tmp_path))
    paths._temporary_home.cache_clear()
    yield tmp_path
    paths._temporary_home.cache_clear()


def test_without_a_home_files_go_to_a_temporary_folder_and_one_line_says_so(homeless, caplog):
    found = (paths.config_file(), paths.cache_dir(), *paths.checkpoint_dirs()[-1:])
    assert all(path.is_relative_to(homeless) for path in found)
    assert len(set(found)) == 3
    assert Path.home().is_relative_to(homeless)  # libraries ask for it as well
    assert paths.hub_cache_dir().name == "hub"
    assert len(caplog.records) == 1
    assert str(homeless) in caplog.text


def test_a_home_that_cannot_be_written_to_counts_as_none(monkeypatch, homeless):
    monkeypatch.setenv("HOME", "/")  # what containers give a user they do not know
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != Path("/"))
    assert paths.config_file().is_relative_to(homeless)


def test_an_existing_folder_is_used_even_if_it_is_read_only(monkeypatch, homeless, tmp_path):
    (tmp_path / "da3d").mkdir()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert paths.config_file() == tmp_path / "da3d" / "settings.toml"
