"""Opening a file."""

from types import SimpleNamespace

from engine.app.tools.open_file import OpenFile
from engine.settings import Settings
from tests.app.parts import Program


def test_it_begins_beside_the_picture_on_screen(tmp_path):
    (tmp_path / "album").mkdir()
    picture = tmp_path / "album" / "one.png"
    picture.write_bytes(b"")
    opening = OpenFile(Program(Settings().replace(source=str(picture))))
    opening._dialog = SimpleNamespace(is_available=lambda: False)
    opening.actions()["open_file"]()
    assert opening.facts().folder == tmp_path / "album"
    assert opening.facts().files == ("one.png",)
