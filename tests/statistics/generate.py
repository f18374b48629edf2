"""Writes the fixtures of tests/statistics.rs: what scipy, numpy, pymannkendall and apache-otava make of the same numbers.

    pip install scipy==1.16.3 numpy==2.2.0 pymannkendall==1.4.3 apache-otava==0.8.0
    python tests/statistics/generate.py

The input is drawn with a fixed seed; where a series is not drawn it is a case that a formula trips over: ties, equal
values, two values, outliers, tiny and huge magnitudes, far tails.
"""

import json
import math
from pathlib import Path

import numpy as np
import pymannkendall
from otava.analysis import TTestSignificanceTester, compute_change_points, split
from scipy import signal, stats

HERE = Path(__file__).parent
RNG = np.random.default_rng(20_260_101)


def noise(n, level=100.0, sigma=0.08, outliers=0.05):
    values = level * np.exp(sigma * RNG.standard_normal(n))
    struck = RNG.random(n) < outliers
    return np.where(struck, values * RNG.uniform(1.3, 2.5, n), values)


SERIES = {
    "two": [3.0, 5.0],
    "three": [1.0, 2.0, 4.0],
    "five": [1.0, 2.0, 3.0, 4.0, 5.0],
    "ties": [5.0, 5.0, 6.0, 6.0, 6.0, 7.0, 9.0, 5.0, 6.0],
    "outlier": [10.0, 10.1, 9.9, 10.2, 9.8, 10.0, 97.0, 10.1],
    "tiny": list(1e-9 * RNG.uniform(1, 2, 12)),
    "huge": list(1e12 * RNG.uniform(1, 2, 12)),
    "offset": list(1e6 + RNG.standard_normal(30)),
    "noise30": list(noise(30)),
    "noise64": list(noise(64)),
    "counts": [float(x) for x in RNG.poisson(4, 40) + 1],
}
SIGNED = {
    "negative": [-5.0, -4.0, -4.5, -6.0, -5.5],
    "about_zero": list(RNG.standard_normal(25)),
}
ANY = SERIES | SIGNED


def floats(values):
    return [float(value) for value in values]


def write(name, cases):
    path = HERE / f"{name}.json"
    lines = ",\n".join(json.dumps(case) for case in cases)
    path.write_text(f"[\n{lines}\n]\n")
    print(path.name, len(cases))


def limits():
    """The t prediction limit, upper and lower, without the floor of its spread."""
    for name, values in ANY.items():
        n, mean, s = len(values), np.mean(values), np.std(values, ddof=1)
        if s < 0.01 * abs(mean):
            s = 0.01 * abs(mean)
        for p in (0.5, 0.9, 0.95, 0.99, 0.999, 1 - 1e-6, 1 - 1e-9):
            reach = stats.t.ppf(p, n - 1) * s * math.sqrt(1 + 1 / n)
            yield {"name": name, "values": floats(values), "p": p, "upper": mean + reach, "lower": mean - reach}


def robust():
    """Median, scaled MAD and the robust z of logarithms."""
    for name, values in SERIES.items():
        logs = np.log(values)
        value = 1.3 * values[-1]
        spread = stats.median_abs_deviation(logs, scale="normal")
        yield {
            "name": name,
            "values": floats(values),
            "median": np.median(values),
            "spread": stats.median_abs_deviation(values, scale="normal"),
            "value": value,
            "z": float((np.log(value) - np.median(logs)) / spread),
        }


def mann_whitney():
    def case(name, base, head):
        found = {"name": name, "base": floats(base), "head": floats(head)}
        for alternative in ("greater", "less"):
            result = stats.mannwhitneyu(head, base, alternative=alternative)
            found["u"] = result.statistic
            found[alternative] = result.pvalue
        return found

    for n, m in ((1, 1), (1, 5), (2, 2), (4, 4), (5, 5), (3, 7), (7, 3), (8, 8), (8, 30), (30, 8), (8, 100), (100, 1)):
        yield case(f"exact {n} {m}", RNG.standard_normal(n), RNG.standard_normal(m) + 0.5)
    for n, m in ((5, 5), (8, 8)):
        yield case(f"apart {n} {m}", np.arange(n), 100 + np.arange(m))
    for n, m in ((9, 9), (10, 10), (20, 20), (15, 40), (200, 150)):
        yield case(f"normal {n} {m}", RNG.standard_normal(n), RNG.standard_normal(m) + 0.3)
    yield case("tail", RNG.standard_normal(300), RNG.standard_normal(300) + 2)
    yield case("ties", [1, 2, 2, 3, 3, 3], [2, 3, 3, 4, 5])
    yield case("ties many", RNG.integers(0, 4, 40), RNG.integers(1, 5, 30))
    yield case("ties few", [1, 1], [1, 2])
    yield case("almost equal", [5] * 12, [5] * 11 + [6])


def benjamini_hochberg():
    drawn = np.random.default_rng(20_260_103)
    for name, p in {
        "one": [0.02],
        "one certain": [0.0],
        "one hopeless": [1.0],
        "two": [0.03, 0.02],
        "two equal": [0.04, 0.04],
        "two far apart": [1.0, 1e-16],
        "three, the last carries the first": [0.02, 0.05, 0.0499],
        "all equal": [0.2] * 40,
        "all hopeless": [1.0] * 7,
        "all certain": [0.0] * 7,
        "falling": floats(np.linspace(1, 0.001, 25)),
        "at the limit": [0.01 * i / 20 for i in range(1, 21)],
        "one among many": [1e-5] + floats(drawn.uniform(0.2, 1, 199)),
        "tail by tail": floats(10.0 ** -np.arange(0, 300, 25)),
        "smallest numbers": [5e-324, 2.2250738585072014e-308, 1e-307, 1.0],
        "many": floats(drawn.uniform(0, 1, 500) ** 6),
        "few digits": floats(np.round(drawn.uniform(0, 1, 80), 1)),
        "spread": [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34],
        "ties": [0.05, 0.05, 0.05, 1.0, 0.0],
        "tails": [1e-300, 1e-12, 0.5, 0.999999],
        "drawn": list(RNG.uniform(0, 1, 60) ** 3),
    }.items():
        yield {"name": name, "p": floats(p), "adjusted": floats(stats.false_discovery_control(p))}


def trends():
    """Mann-Kendall by pymannkendall (two-sided, normal); Theil-Sen with Sen's interval by scipy."""
    series = dict(ANY)
    del series["two"]
    for drift in (0.0, 0.001, 0.01, -0.02):
        series[f"drift {drift}"] = list(noise(60) * (1 + drift * np.arange(60)))
    series["line"] = floats(np.arange(30) * 2.0 + 1)
    series["steps"] = floats(np.repeat([1.0, 2.0, 3.0], 10))
    for name, values in series.items():
        found = pymannkendall.original_test(values)
        even = np.arange(len(values), dtype=float)
        uneven = np.cumsum(RNG.integers(0, 3, len(values))).astype(float)
        uneven[-1] += 1
        lines = []
        for x in (even, uneven):
            for confidence in (0.95, 0.99):
                line = stats.theilslopes(values, x, confidence)
                lines.append(
                    {
                        "x": floats(x),
                        "confidence": confidence,
                        "slope": line.slope,
                        "intercept": line.intercept,
                        "low": line.low_slope,
                        "high": line.high_slope,
                    }
                )
        yield {"name": name, "values": floats(values), "s": float(found.s), "z": float(found.z), "p": float(found.p), "lines": lines}


def forecasts():
    for name, values in {"noise": noise(40), "drift": noise(60) * (1 + 0.01 * np.arange(60)), "counts": SERIES["counts"]}.items():
        x = np.arange(len(values), dtype=float)
        line = stats.theilslopes(values, x, 0.95)
        residuals = values - (line.intercept + line.slope * x)
        for at in (len(values), len(values) + 10.0):
            ends = [np.median(values) + slope * (at - np.median(x)) for slope in (line.low_slope, line.high_slope)]
            low, high = np.percentile(residuals, [2.5, 97.5])
            yield {
                "name": name,
                "values": floats(values),
                "at": float(at),
                "value": line.intercept + line.slope * at,
                "low": min(ends) + low,
                "high": max(ends) + high,
            }


def spearman():
    def case(name, a, b):
        found = stats.spearmanr(a, b)
        return {"name": name, "a": floats(a), "b": floats(b), "rho": found.statistic, "p": found.pvalue}

    yield case("three", [1, 2, 3], [1, 3, 2])
    yield case("same", [1, 2, 3, 4], [10, 20, 30, 45])
    yield case("turned", [1, 2, 3, 4], [4, 3, 2, -1])
    yield case("ties", [1, 1, 2, 3, 3, 3, 4], [2, 1, 2, 2, 5, 5, 5])
    for n in (10, 30, 200):
        a = RNG.standard_normal(n)
        yield case(f"alone {n}", a, RNG.standard_normal(n))
        yield case(f"together {n}", a, a + 0.7 * RNG.standard_normal(n))
    a = np.cumsum(RNG.standard_normal(60))
    yield case("differenced", np.diff(a), np.diff(a + 0.3 * RNG.standard_normal(60)))
    yield case("tail", np.arange(400), np.arange(400) + 20 * RNG.standard_normal(400))


def autocorrelations():
    for name, values in ANY.items():
        if len(values) < 3:
            continue
        about = np.array(values) - np.mean(values)
        yield {"name": name, "values": floats(values), "lag1": float(np.dot(about[:-1], about[1:]) / np.dot(about, about))}


def charts():
    """EWMA as a linear filter; CUSUM as running sums less their running extreme, which is the same as the table."""
    for name, values in {"noise": noise(60), "shift": np.concatenate([noise(50), noise(30, 108.0)])}.items():
        mean, sigma = float(np.mean(values[:30])), float(np.std(values[:30], ddof=1))
        for weight, width in ((0.2, 3.0), (0.05, 2.6), (1.0, 3.0)):
            smooth, _ = signal.lfilter([weight], [1, weight - 1], values, zi=[(1 - weight) * mean])
            t = np.arange(1, len(values) + 1)
            reach = width * sigma * np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * t)))
            case = {"name": name, "values": floats(values), "mean": mean, "sigma": sigma, "weight": weight, "width": width}
            yield case | {"averages": floats(smooth), "reaches": floats(reach)}
        y = (values - mean) / sigma
        for slack in (0.5, 0.25):
            sums = []
            for sign in (1, -1):
                walk = np.concatenate([[0.0], np.cumsum(sign * y - slack)])
                sums.append((walk - np.minimum.accumulate(walk))[1:])
            case = {"name": name, "values": floats(values), "mean": mean, "sigma": sigma, "slack": slack}
            yield case | {"above": floats(sums[0]), "below": floats(sums[1])}


def boundaries():
    """The boundaries of Bencher's documentation, by scipy's distributions and numpy's percentiles."""

    def pair(centre, reach):
        return {"centre": float(centre), "upper": float(centre + reach), "lower": float(centre - reach)}

    for name, values in ANY.items():
        values = np.array(values)
        n, mean, sigma = len(values), np.mean(values), np.std(values)
        q1, q2, q3 = np.percentile(values, [25, 50, 75])
        found = {"name": name, "values": floats(values), "limits": []}

        def add(method, parameter, centre, reach):
            found["limits"].append({"method": method, "parameter": parameter} | pair(centre, reach))

        for share in (0.0, 0.1, 1.5):
            add("percentage", share, mean, abs(mean) * share)
        for p in (0.5, 0.75, 0.95, 0.99, 1 - 1e-9):
            add("z_score", p, mean, stats.norm.ppf(p) * sigma)
            add("t_test", p, mean, stats.t.ppf(p, n - 1) * sigma)
            if np.all(values > 0):
                mu, scale = np.mean(np.log(values)), np.std(np.log(values))
                centre = np.exp(mu)
                add("log_normal", p, centre, stats.lognorm.ppf(p, scale, scale=centre) - centre)
        deltas = np.abs(np.diff(values) / values[:-1])
        d1, d3 = np.percentile(deltas, [25, 75])
        for factor in (0.0, 1.5, 3.0):
            add("iqr", factor, q2, factor * (q3 - q1))
            add("delta_iqr", factor, q2, abs(q2) * factor * (d3 - d1))
        yield found


def mad():
    """The limit of `mad`: median and scaled MAD by scipy, on logarithms where all values are above 0. A spread under a
    hundredth counts as that; where more than half of the values are equal, the mean absolute deviation stands in."""
    drawn = np.random.default_rng(20_260_104)
    series = {name: values for name, values in ANY.items() if len(values) >= 3} | {
        "equal": [7.0] * 12,
        "mostly equal": [7.0] * 9 + [7.5, 8.0, 30.0],
        "hardly moves": floats(500 + 1e-3 * drawn.standard_normal(20)),
        "zeros": [0.0, 0.0, 0.0, 1.0, 0.0, 2.0],
        "one zero": [0.0, 3.0, 4.0, 5.0, 6.0],
        "two outliers": [10.0, 10.5, 9.5, 10.2, 9.9, 1000.0, 0.01],
        "about minus": floats(-50 + drawn.standard_normal(15)),
    }
    for name, values in series.items():
        values = np.array(values, dtype=float)
        logs = bool(np.all(values > 0))
        scale = np.log(values) if logs else values
        centre = np.median(scale)
        spread = stats.median_abs_deviation(scale, scale="normal")
        if spread == 0:
            spread = np.sqrt(np.pi / 2) * np.mean(np.abs(scale - centre))
        spread = max(spread, 0.01 if logs else 0.01 * abs(centre))
        back = np.exp if logs else float
        limits = [
            {"bound": bound, "upper": float(back(centre + bound * spread)), "lower": float(back(centre - bound * spread))}
            for bound in (0.5, 3.5, 4.0, 12.0)
        ]
        yield {"name": name, "values": floats(values), "centre": float(back(centre)), "limits": limits}


def moses():
    """Moses' interval of the ratio of two samples (Hollander and Wolfe, section 4.3, on ratios), in percent: the ratios of
    every value of the one to every value of the other, of which as many are cut off at either end as scipy's normal
    distribution says. The exact rank test, turned round, says how sure the interval is: its p-value of samples of which
    so many pairs lie the other way."""
    drawn = np.random.default_rng(20_260_105)

    def pairs_below(n, m, u):
        """Two samples without ties in which u pairs have the second value above the first."""
        base, head, left = list(range(m)), [], u
        for i in range(n):
            below = min(left, m)
            left -= below
            head.append(below - 0.5 + 0.001 * i)
        return base, head

    def case(name, base, head):
        n, m = len(head), len(base)
        rank = int(np.floor(n * m / 2 - stats.norm.ppf(0.975) * np.sqrt(n * m * (n + m + 1) / 12)))
        found = {"name": name, "base": floats(base), "head": floats(head), "low": None, "high": None}
        if rank < 1:
            return found
        ratios = np.sort(np.divide.outer(np.array(head, dtype=float), np.array(base, dtype=float)).ravel())
        other, one = pairs_below(n, m, rank - 1)
        missed = stats.mannwhitneyu(one, other, alternative="less", method="exact")
        assert missed.statistic == rank - 1
        sure = 1 - 2 * missed.pvalue
        assert 0.949 < sure < 0.99, (name, sure)
        low, high = 100 * (ratios[rank - 1] - 1), 100 * (ratios[len(ratios) - rank] - 1)
        return found | {"low": float(low), "high": float(high), "sure": float(sure)}

    for n, m in ((1, 1), (2, 2), (1, 30), (3, 3), (4, 4), (5, 5), (5, 6), (8, 8), (10, 10), (10, 20), (20, 20), (40, 7), (60, 60)):
        base = 100 * np.exp(0.08 * drawn.standard_normal(m))
        head = 110 * np.exp(0.08 * drawn.standard_normal(n))
        yield case(f"{n} and {m}", base, head)
    yield case("ties", [100.0, 100.0, 101.0, 101.0, 102.0, 102.0], [101.0, 102.0, 102.0, 103.0, 103.0, 103.0])
    yield case("equal", [50.0] * 8, [50.0] * 8)
    yield case("outliers", noise_of(drawn, 20, 100.0), noise_of(drawn, 20, 125.0))
    yield case("tiny", 1e-9 * noise_of(drawn, 12, 1.0), 1e-9 * noise_of(drawn, 12, 1.0))


def noise_of(drawn, n, level):
    values = level * np.exp(0.08 * drawn.standard_normal(n))
    return np.where(drawn.random(n) < 0.05, values * drawn.uniform(1.3, 2.5, n), values)


def merged(weak, series, most_p, least_magnitude):
    """otava's merge step, but for what is computed anew when a point goes: the points on either side of it. otava 0.8.0
    takes the two after it, so that the one before keeps the figures of a stretch that no longer ends there; the paper
    (Fleming et al., 2023, section 3) means its neighbours."""
    tester, points = TTestSignificanceTester(most_p), list(weak)
    while points:
        weakest = max(points, key=lambda point: point.stats.pvalue)
        if weakest.stats.pvalue < most_p:
            weakest = min(points, key=lambda point: point.stats.change_magnitude())
            if weakest.stats.change_magnitude() > least_magnitude:
                break
        at = points.index(weakest)
        del points[at]
        intervals = tester.get_intervals(points)
        for beside in (at - 1, at):
            if 0 <= beside < len(points):
                points[beside] = tester.change_point(points[beside].to_candidate(), series, intervals)
    return points


def change_points():
    series = {"flat": [5.0] * 80, "short": [1.0] * 6 + [2.0] * 6, "zeros": [0.0] * 30 + [3.0] * 30}
    for i in range(12):
        series[f"noise {i}"] = noise(100)
    for i in range(6):
        series[f"step {i}"] = np.concatenate([noise(40 + 5 * i), noise(60 - 5 * i, 115.0)])
    for i in range(4):
        levels = RNG.uniform(60, 160, 6)
        series[f"levels {i}"] = np.concatenate([noise(int(RNG.integers(8, 50)), level) for level in levels])
    for i in range(3):
        walk = signal.lfilter([1], [1, -0.9], RNG.standard_normal(150))
        series[f"wandering {i}"] = 100 + 3 * walk
    series["long"] = np.concatenate([noise(300), noise(200, 90.0), noise(300, 104.0)])
    for name, values in series.items():
        values = floats(np.round(values, 6))
        points = merged(split(list(values), 50, 0.01), values, 0.001, 0.05)
        released, _ = compute_change_points(list(values), window_len=50, max_pvalue=0.001, min_magnitude=0.05)
        yield {
            "name": name,
            "values": values,
            "released": [int(point.index) for point in released],
            "points": [
                {
                    "index": int(point.index),
                    "p": float(point.stats.pvalue),
                    "before": float(point.stats.mean_1),
                    "after": float(point.stats.mean_2),
                }
                for point in points
            ],
        }


def correlations():
    """Metrics that come at times of their own: one figure of the samples of each span (UTC) that both have, differenced, by
    numpy and scipy. The day that is not over at `now` does not count."""
    hour = 3_600_000
    day, start = 24 * hour, 1_767_225_600_000
    monday = 3 * day
    drawn = np.random.default_rng(20_260_102)
    cuts = {"hour": (hour, 0), "day": (day, 0), "week": (7 * day, monday)}
    figures = {"p50": np.median, "p95": lambda values: np.percentile(values, 95), "mean": np.mean, "sum": np.sum, "count": len}

    def events(days, level, each):
        """So many events a day at odd times, and none on some days."""
        found = []
        for at, value in enumerate(level[:days]):
            if drawn.random() < 0.1:
                continue
            for _ in range(int(drawn.integers(1, each + 1))):
                found.append([start + at * day + int(drawn.integers(0, day)), round(float(value * np.exp(0.01 * drawn.standard_normal())), 3)])
        return sorted(found)

    def spans(points, by, stat, now):
        long, offset = cuts[by]
        cells = {}
        for at, value in points:
            begin = (at + offset) // long * long - offset
            cells.setdefault(begin, []).append(value)
        return {begin: float(figures[stat](values)) for begin, values in cells.items() if begin + long <= now}

    def case(name, a, b, by, now):
        found = {"name": name, "by": by, "now": now, "a": a, "b": b, "figures": {}}
        for stat in figures:
            ours, theirs = spans(a, by, stat, now), spans(b, by, stat, now)
            shared = sorted(ours.keys() & theirs.keys())
            steps = [np.diff([side[begin] for begin in shared]) for side in (ours, theirs)]
            moved = stats.spearmanr(*steps)
            found["figures"][stat] = {"changes": len(steps[0]), "rho": moved.statistic, "p": moved.pvalue}
        return found

    # An hour has few events in common: there many fall on each day.
    for days, by, each in ((60, "day", 3), (200, "week", 2), (12, "hour", 40)):
        level = 100 + np.cumsum(drawn.standard_normal(days))
        now = start + days * day - 5 * hour
        a, b = events(days, level, each), events(days, 0.01 * level**2, each)
        alone = events(days, 100 + np.cumsum(drawn.standard_normal(days)), each)
        yield case(f"together by {by}", a, b, by, now)
        yield case(f"alone by {by}", a, alone, by, now)


if __name__ == "__main__":
    for fixture in (
        limits,
        robust,
        mann_whitney,
        benjamini_hochberg,
        trends,
        forecasts,
        spearman,
        autocorrelations,
        charts,
        boundaries,
        change_points,
        correlations,
        mad,
        moses,
    ):
        write(fixture.__name__, list(fixture()))
