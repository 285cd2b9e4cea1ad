from training import tables


def test_a_row_for_each_candidate_and_a_column_for_each_set():
    fit = {"abs_rel": 0.163, "delta1": 0.748, "rank": -0.81, "error": 1.5}
    results = {
        "old": {"real": {"aloe": fit}, "rgbd": {"all": fit}},
        "new": {"real": {"aloe": fit}, "time": {"raw": {"flicker": 0.001, "error": 1.0, "change_error": 12.345}}},
    }
    lines = tables.table(results).splitlines()
    assert lines == [
        "| weights | measured: all<br>abs_rel / delta1 / rank | aloe<br>abs_rel / delta1 / rank "
        "| clips, raw<br>flicker / error / change_error |",
        "| --- | --- | --- | --- |",
        "| old | .163 / .748 / -.810 | .163 / .748 / -.810 |  |",
        "| new |  | .163 / .748 / -.810 | .001 / 1.00 / 12.35 |",
    ]
