import json
from dataclasses import replace

import pytest

from engine.commands import bench
from engine.commands.bench_models import Options, rows
from tests.synthetic import tiny_any_view


def test_cases_take_turns_and_the_warm_up_does_not_count():
    turns = []
    times = bench.measure({name: lambda name=name: turns.append(name) for name in "ab"}, 3, warm_up=1)
    assert turns == list("abababab")
    assert list(times) == ["a", "b"]


def test_spread_is_median_and_tenths():
    assert bench.spread([5.0, *range(11)]) == bench.Spread(5, 1, 9)
    assert bench.spread([7.0]) == bench.Spread(7, 7, 7)


def test_text_aligns_its_columns():
    text = bench.as_text([{"name": "a", "ms": 12.34, "error": 1.5e-6}, {"name": "longer", "ms": 1.0, "error": None}])
    assert text.splitlines() == ["name      ms    error", "a       12.3  1.5e-06", "longer   1.0        -"]


@pytest.mark.parametrize(("argv", "code"), [([], 2), (["nonsense"], 2), (["--help"], 0)])
def test_tables_are_listed(argv, code, capsys):
    assert bench.main(argv) == code
    said = capsys.readouterr()
    assert "models" in (said.err if code else said.out)


def test_a_table_that_cannot_be_written_is_an_error_in_a_line(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("engine.commands.bench_models.rows", lambda options: [{"name": "a"}])
    (tmp_path / "file").write_text("")
    assert bench.main(["models", "--json", str(tmp_path / "file" / "t.json")]) == 2
    assert "cannot be written" in capsys.readouterr().err


@pytest.mark.slow
def test_models_table(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("engine.commands.bench_models._PEAK_SIDE", 512)  # the device's limit takes seconds to find
    file = tmp_path / "table.json"
    argv = ["models", "--encoders", "lite", "--input-sizes", "64", "--repetitions", "2", "--source", "160", "96"]
    assert bench.main([*argv, "--json", str(file)]) == 0
    assert "lite" in capsys.readouterr().out
    table = json.loads(file.read_text())
    assert table["machine"]["cores"] >= 1
    fp32, auto = table["rows"]
    assert fp32["error"] == 0
    assert auto["error"] < 2.5e-2
    for row in table["rows"]:
        assert row["input"] == "64x96"
        assert row["ms p10"] <= row["ms"] <= row["ms p90"]
        assert 0 < row["% of peak"] < 150
        assert row["GFLOP"] == pytest.approx(5.3 * 64 * 96 / (256 * 448), rel=0.05)


def test_networks_for_captures_are_timed_with_rays_and_without(monkeypatch, tmp_path):
    monkeypatch.setattr("engine.commands.bench_models.build", lambda name: tiny_any_view())
    monkeypatch.setattr("engine.commands.bench_models._PEAK_SIDE", 64)
    options = Options(
        repetitions=1, encoders=("da3-small",), process_res=(56, 84), precisions=("fp32",), source=(90, 60),
        device="cpu", checkpoints_dir=tmp_path,
    )  # fmt: skip
    small, large = rows(options)
    assert (small["model"], small["input"], large["input"]) == ("da3-small", "42x56", "56x84")
    assert small["weights"] == "random"
    assert rows(replace(options, rays=True))[0]["GFLOP"] > 1.1 * small["GFLOP"]


@pytest.mark.slow
def test_render_table(tmp_path):
    file = tmp_path / "table.json"
    argv = ["render", "--size", "64", "36", "--source", "64", "36", "--repetitions", "1", "--subsamples", "4"]
    assert bench.main([*argv, "--modes", "mesh", "hybrid", "--json", str(file)]) == 0
    rows = json.loads(file.read_text())["rows"]
    drawn = [row["drawn"] for row in rows]
    assert drawn[:2] == ["mesh", "hybrid"]
    assert {"mesh, shadows", "mesh, anaglyph", "quality low", "quality ultra"} <= set(drawn)
    for row in rows:
        assert 0 < row["ms p10"] <= row["ms"] <= row["ms p90"]
        across, down = map(int, row["vertices"].split("x"))
        assert row["Mvertices/s"] == pytest.approx(across * down / row["ms"] / 1e3)
        assert row["cores ms"] > 0
        assert (row["adds"] is not None) == row["drawn"].startswith("mesh,")
