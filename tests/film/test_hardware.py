"""Encoders of a GPU, of which software takes the part here."""

from dataclasses import replace

import pytest

from engine.export import hardware
from engine.export.codec_choice import encoding_for
from engine.export.encodings import CODECS, Encoding

SIZE = (64, 36)


@pytest.fixture
def tried(monkeypatch) -> list[Encoding]:
    """What was tried; nothing works."""
    seen: list[Encoding] = []
    monkeypatch.setattr(hardware, "can_encode", lambda encoding, size: bool(seen.append(encoding)))
    monkeypatch.setattr(hardware.av, "codecs_available", _Everything())
    return seen


class _Everything:
    def __contains__(self, name: str) -> bool:
        return True


def test_the_first_encoder_that_gives_a_packet_is_taken(monkeypatch, caplog):
    absent = Encoding("h264_of_nobody", "nv12")
    broken = replace(CODECS["h264"], pix_fmt="rgb24")  # which it does not open with
    works = replace(CODECS["h264"], options={"crf": "30"})
    monkeypatch.setattr(hardware, "_candidates", lambda codecs, *, is_deep: iter([absent, broken, works, absent]))
    assert not hardware.can_encode(broken, SIZE)
    assert hardware.hardware_encoding(["h264"], SIZE, is_deep=False) is works
    assert encoding_for("mkv", "hardware", SIZE, 40).options["crf"] == "40"
    assert not [record for record in caplog.records if record.levelname == "WARNING"]


def test_without_one_software_encodes_and_one_line_says_so(tried, caplog):
    assert encoding_for("mkv", "hardware", SIZE).encoder == "libx264"
    (warning,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warning.startswith(
        "no encoder of a GPU works here (h264_nvenc, h264_qsv, h264_vaapi, h264_videotoolbox, h26"
    )
    assert warning.endswith("do not open); encoding with software")
    assert "\n" not in warning
    assert tried[0].pix_fmt == "yuv420p"


def test_ten_bits_ask_for_codecs_that_have_them(tried):
    assert encoding_for("mp4", "hardware", SIZE, bits=10).encoder == "libx265"
    assert [encoding.encoder for encoding in tried[:2]] == ["hevc_nvenc", "hevc_qsv"]
    assert not any(encoding.encoder.startswith("h264") for encoding in tried)
    assert {encoding.pix_fmt for encoding in tried} == {"p010le"}
    assert {encoding.tag for encoding in tried if encoding.encoder.startswith("hevc")} == {"hvc1"}


def test_full_color_and_animations_are_left_to_software(tried):
    assert encoding_for("mkv", "hardware", SIZE, needs_full_color=True).pix_fmt == "yuv444p"
    assert encoding_for("gif", "hardware", SIZE).encoder == "gif"
    assert tried == []


def test_crf_sets_the_scale_of_each_maker():
    found = {encoding.encoder: encoding for encoding in hardware._candidates(["hevc"], is_deep=False)}
    assert found["hevc_nvenc"].with_quality(30).options["cq"] == "30"
    assert found["hevc_qsv"].with_quality(30).options["global_quality"] == "30"
