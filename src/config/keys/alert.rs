//! The keys of an alert.

use super::Shape::{Amount, Choice, Labels, List, Switch, Text};
use super::{Map, optional};

pub(super) static ALERT: Map = Map {
    noun: "an alert",
    keys: &[
        optional(
            "name",
            Text,
            "The alert's name, unique. Left out, it is the metric and what is looked for: `error_rate/anomaly`, `error_rate/cusum`.",
        ),
        optional(
            "metric",
            Text,
            "What is watched: any metric of the history. Not with `when`, which names its own.",
        ),
        optional(
            "where",
            Labels,
            "Only series with these dimensions: `{ component: api }`.",
        ),
        optional(
            "per",
            List(&Text),
            "The dimensions that tell its series apart: `[operation]`; the points of all others are put together, and `[]` puts all together. Default: all dimensions but personal ones.",
        ),
        optional(
            "when",
            Text,
            "Fires while this holds: `error_rate > 5%`, `p95(response_time, 24h) > 500ms and count(response_time, 24h) >= 20`.",
        ),
        optional(
            "anomaly",
            Switch(&["mad", "ewma", "cusum"]),
            "Fires when the newest run stands out from the 64 before (robust z on logarithms beyond 4; at least 10). `ewma` and `cusum`: when small shifts that last gather among the newest 64 runs (at least 50).",
        ),
        optional(
            "trend",
            Switch(&["mann_kendall"]),
            "Fires when the metric drifts by 10 % or more (Mann-Kendall, p < 0.01; at least 20 runs): for the worse, where it is known which way that is.",
        ),
        optional(
            "change_point",
            Switch(&["e_divisive"]),
            "Fires for 14 days after the metric's level shifted by 5 % or more (E-divisive, window 50, p < 0.001). Advice: a wandering series has shifts too.",
        ),
        optional(
            "correlation",
            Text,
            "Fires while the changes of the metric move with those of this one (Spearman, Benjamini-Hochberg; at least 20). Never a cause.",
        ),
        optional(
            "by",
            Choice(&["run", "hour", "day", "week", "month"]),
            "What one value is of that is judged: what a run measured at one time (a file that is recorded is one run a day), or the median of each hour, day, week or month that is over, for metrics that come at times of their own. With `anomaly`, `trend`, `change_point` and `correlation`. Default: run.",
        ),
        optional(
            "completeness",
            Amount,
            "Fires when the metric stopped arriving: expected every `24h`, or `auto` for as often as it used to come.",
        ),
        optional(
            "for",
            Amount,
            "How long the condition has to hold before it fires: `10m`. With `when`.",
        ),
        optional(
            "confidence",
            Amount,
            "`95%`: fires only if the share in the condition is beyond its bound with both ends of its interval (Wilson), and is `unconfirmed` while the bound lies within. With `when` and one `share(…)`.",
        ),
        optional(
            "window",
            Amount,
            "How far back the history counts: `30d`. Default: all of it.",
        ),
        optional(
            "level",
            Choice(&["must", "should", "nice"]),
            "How much it matters. Alerts never fail a build by themselves; `andon alerts --fail` does for `must`. Default: should.",
        ),
        optional("owner", Text, "Who answers for it: `\"@org/api\"`."),
        optional("runbook", Text, "What to do: a path or an address."),
        optional(
            "cooldown",
            Amount,
            "For how long a firing alert is not sent again. Default: 24h.",
        ),
    ],
};
