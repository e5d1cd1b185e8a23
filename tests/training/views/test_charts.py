"""Chart geometry, worked by hand."""

from training.views.charts import HEIGHT, WIDTH, bars, curves, effects


def test_a_curve_runs_over_all_steps_and_fills_the_height() -> None:
    (curve,) = curves([(0, {"attract": 2.0}), (50, {"attract": 1.0})], steps=100)
    assert curve.points == f"0.0,0.0 {WIDTH / 2},{HEIGHT}"
    assert (curve.first, curve.last, curve.low, curve.high) == (2.0, 1.0, 1.0, 2.0)


def test_a_flat_curve_and_a_single_point_are_drawn() -> None:
    (curve,) = curves([(1, {"repel": 0.5})], steps=0)
    assert curve.points == f"{WIDTH},{HEIGHT}"


def test_a_loss_that_comes_later_has_a_curve_of_its_own() -> None:
    names = [curve.name for curve in curves([(1, {"a": 1.0}), (2, {"a": 1.0, "b": 2.0})], steps=2)]
    assert names == ["a", "b"]


def test_long_curves_are_thinned_and_keep_their_end() -> None:
    (curve,) = curves([(step, {"a": float(step)}) for step in range(1000)], steps=999)
    assert len(curve.points.split()) <= 400
    assert curve.points.split()[-1] == f"{WIDTH},0.0"


def cell(n: int, difference: float, interval: tuple[float, float]) -> dict[str, object]:
    return {"metric": "p@1", "n": n, "difference": difference, "interval": interval}


def test_intervals_share_an_axis_with_zero_in_the_middle() -> None:
    up, down = effects([cell(500, 0.05, (0.02, 0.1)), cell(500, -0.05, (-0.08, -0.02))], "p@1")
    assert up.dot - 100 == 100 - down.dot
    assert up.high == 194.0
    assert (up.verdict, down.verdict) == ("better", "worse")


def test_an_interval_over_zero_is_open_and_a_small_sample_undecidable() -> None:
    wide, small = effects([cell(500, 0.01, (-0.02, 0.04)), cell(199, 0.05, (0.02, 0.1))], "p@1")
    assert (wide.verdict, small.verdict) == ("open", "undecidable")


def test_no_cells_and_no_change_draw_nothing_wrong() -> None:
    assert effects([], "p@1") == []
    assert effects([cell(500, 0.0, (0.0, 0.0))], "p@1")[0].dot == 100.0


def test_bars_are_as_high_as_their_share_of_the_tallest() -> None:
    one, two = bars([("a", 1), ("b", 2)])
    assert (one.height, two.height) == (HEIGHT / 2, HEIGHT)
    assert bars([("a", 0)])[0].height == 0
