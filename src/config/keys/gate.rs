//! The keys of a gate.

use super::Shape::{
    Amount, Choice, Condition, Flag, Labels, Metric, Object, OneOrMany, Rule, Scope, Table, Text,
    Whole,
};
use super::{Map, optional, required};

/// One gate.
pub(in crate::config) static GATE: Map = Map {
    noun: "a gate",
    keys: &[
        optional(
            "id",
            Text,
            "The gate's name, unique. Left out, it is made from what the gate judges: `coverage.line`, `coverage.line/changed`, `coverage.line/base`, `lint.warnings/new`, `function.length/each-function`, `tests.failed/os=linux`.",
        ),
        required("metric", Metric, "What is judged."),
        optional(
            "scope",
            Scope,
            "On what: `project` (default), `changed` (what the change touches), `component NAME`, `each component`, `each file`, `each function`, `each benchmark` or `benchmark NAME`.",
        ),
        optional(
            "only",
            Choice(&["changed", "new"]),
            "On which part of it: `changed` for what the change touches, `new` for what the baseline does not have; of functions, those that are new or were within the bound.",
        ),
        optional(
            "where",
            Labels,
            "Only values from reports with these labels; `producer` selects by the tool whose counting rule the figure follows.",
        ),
        optional(
            "require",
            Condition,
            "What must hold: `\">= 90%\"`, `\"<= 7d\"`, `\"== 0\"`.",
        ),
        optional(
            "warn",
            Condition,
            "What should hold: missing it warns. Stricter than `require`.",
        ),
        optional(
            "versus",
            Choice(&["base"]),
            "Compare with the baseline; `max_drop` or `max_rise` says how far the value may fall behind, `improve_by` how much better it has to be.",
        ),
        optional(
            "max_drop",
            Amount,
            "How far the value may drop below the baseline's, where higher is better: `0.5pp` for percentages; an amount in the metric's unit, or `5%` of the baseline's value, for all others.",
        ),
        optional(
            "max_rise",
            Amount,
            "How far the value may rise above the baseline's, where lower is better: as `max_drop`.",
        ),
        optional(
            "improve_by",
            Amount,
            "How much better than the baseline's the value has to be, written as `max_drop` is. The best value that there is, such as 100 %, always holds.",
        ),
        optional(
            "ratchet",
            Flag,
            "Set to true for a value that must never be worse than the best one that the history has; `max_drop` or `max_rise` tolerates some. On the project and on components.",
        ),
        optional(
            "level",
            Choice(&["must", "should", "nice"]),
            "How much the gate matters: a miss of a must fails the build, of a should warns, of a nice is shown. Default: must; for `anomaly`, `trend`, `change_point` and `completeness`: should.",
        ),
        optional(
            "on_missing",
            Choice(&["fail", "warn", "skip"]),
            "What missing data means. Default: fail for must, warn for should, skip for nice.",
        ),
        optional(
            "confidence",
            Amount,
            "Judge the worse end of the interval at this confidence, such as `95%`, instead of the value. For the rates and medians of `dora.*`, and, at `95%`, with `stat: share`, where a bound within the interval is `unconfirmed` and warns.",
        ),
        optional(
            "min_lines",
            Whole(1),
            "The least number of lines that the value must rest on; with fewer it counts as missing, or, on what the change touches and on what is new, is not judged.",
        ),
        optional("min_tests", Whole(1), "The same for tests."),
        optional("min_files", Whole(1), "The same for files."),
        optional("min_functions", Whole(1), "The same for functions."),
        optional("min_deployments", Whole(1), "The same for deployments."),
        optional("min_commits", Whole(1), "The same for commits."),
        optional(
            "against_direction",
            Flag,
            "Set to true for a bound that stops the metric from getting better, such as `<= 95%` on coverage.",
        ),
        optional(
            "description",
            Text,
            "Why the rule is there; shown when it is missed.",
        ),
        optional(
            "remove",
            Flag,
            "Set to true to take out the gate of this id that an extended policy has.",
        ),
        optional(
            "targets",
            Table(&Amount),
            "Bounds by date instead of `require`, each in force from the first day of its quarter, month or day until the next one: `{ 2026-Q1: 60%, 2026-12: 80%, 2027-01-15: 90% }`.",
        ),
        optional(
            "zones",
            Object(&ZONES),
            "Zones by share of the target, with the direction of the metric: red fails, yellow warns.",
        ),
        optional(
            "stat",
            Text,
            "Judge this figure of single samples that events brought: `p95`, `median`, `mean`, `min`, `max`, `last`, the newest of them, or `share`, of yes and no (1 and 0) the share of yes. With `require` or `targets`.",
        ),
        optional(
            "per",
            OneOrMany(&Text),
            "With `stat`: the dimension whose values are judged one by one, such as `operation`, or several, `[command, backend]`, of which each combination is. With a rule over a series: the dimensions that tell series apart, beside those of `where`; `[]` puts all together, and left out, all dimensions but personal ones do.",
        ),
        optional(
            "last",
            Amount,
            "With `stat`: how far back samples count. Default: `7d`, and `35d` with `stat: last`.",
        ),
        optional(
            "min_samples",
            Whole(1),
            "With `stat`: the fewest samples that a figure may rest on; with fewer it is missing. Default: 1.",
        ),
        optional(
            "anomaly",
            Rule(DETECTORS, &ANOMALY),
            "The value must not stand out from the branch's runs before, for the worse.",
        ),
        optional(
            "trend",
            Rule(&["mann_kendall"], &TREND),
            "The branch's runs must show no steady change for the worse.",
        ),
        optional(
            "change_point",
            Rule(&["e_divisive"], &CHANGE_POINT),
            "The branch's runs must show no lasting change of level for the worse of late.",
        ),
        optional(
            "completeness",
            Rule(&["arriving"], &COMPLETENESS),
            "The metric must not have stopped arriving.",
        ),
        optional(
            "regression",
            Rule(METHODS, &REGRESSION),
            "The value must be no worse than the branch's runs before, by this method.",
        ),
        optional(
            "on_insufficient",
            Choice(&["fail", "warn", "skip"]),
            "What too little past to judge by means, for the rules over a series. Default: warn, and skip for nice.",
        ),
    ],
};

static ZONES: Map = Map {
    noun: "the zones",
    keys: &[
        optional(
            "green",
            Amount,
            "The share of the target from which the value is green, unless it stands still short of the target or gets worse. Default: `90%`.",
        ),
        optional(
            "yellow",
            Amount,
            "The share of the target from which it is yellow; below it is red. Default: `70%`.",
        ),
    ],
};

/// The methods of an anomaly rule.
const DETECTORS: &[&str] = &["mad", "ewma", "cusum"];

static ANOMALY: Map = Map {
    noun: "an anomaly rule",
    keys: &[
        optional(
            "method",
            Choice(DETECTORS),
            "`mad`, the default, is the robust z on logarithms; `ewma` (moving averages) and `cusum` (cumulative sums) see small shifts that last.",
        ),
        optional(
            "sensitivity",
            Amount,
            "The score beyond which a value stands out (`mad`, default 4), or the chart's limit in standard deviations (`ewma`: 3, `cusum`: 5).",
        ),
        optional(
            "window",
            Amount,
            "How many runs it is held against: `30 runs`, from 10 to 64; of the charts from 50 up, the first half of which is taken for normal. Default: 64.",
        ),
    ],
};

static TREND: Map = Map {
    noun: "a trend rule",
    keys: &[
        optional(
            "window",
            Amount,
            "Over how many runs, from 20 up: `40 runs`. Default: 64.",
        ),
        optional(
            "confidence",
            Amount,
            "How sure the test (Mann–Kendall) has to be. Default: `99%`.",
        ),
        optional(
            "drift",
            Amount,
            "The least change over the window that counts, as a share of where it starts. Default: `10%`.",
        ),
    ],
};

static CHANGE_POINT: Map = Map {
    noun: "a rule on changes of level",
    keys: &[optional(
        "last",
        Amount,
        "How long ago the change may have been to count. Default: `14d`.",
    )],
};

static COMPLETENESS: Map = Map {
    noun: "a rule on completeness",
    keys: &[optional(
        "every",
        Amount,
        "How often it should arrive: `1d`; twice as late, it has stopped. Left out, as often as it did.",
    )],
};

/// The methods of a regression rule, with the short names of two.
const METHODS: &[&str] = &[
    "andon",
    "percentage",
    "z",
    "z_score",
    "t",
    "t_test",
    "log_normal",
    "iqr",
    "delta_iqr",
    "mad",
    "static",
    "interleaved",
];

static REGRESSION: Map = Map {
    noun: "a regression rule",
    keys: &[
        optional(
            "method",
            Choice(METHODS),
            "How the limit is set. Default: andon, the table of rules by how much past there is. `interleaved` holds the head against the base that this run measured in turn with it (`andon run --compare`).",
        ),
        optional(
            "bound",
            Amount,
            "The method's bound: a share of the mean (`percentage`, default `10%`), a probability (`z`, `t`, `log_normal`: `99%`), a factor (`iqr`, `delta_iqr`: 3; `mad`: 4), or the value itself (`static`).",
        ),
        optional(
            "budget",
            Amount,
            "With `andon`: the value that must hold however little past there is.",
        ),
        optional(
            "effect",
            Amount,
            "With `andon` and `interleaved`: the smallest change for the worse that counts. Default: `5%`; with `andon` on a hosted runner, and with `hosted`, `10%`.",
        ),
        optional(
            "window",
            Amount,
            "How many of the newest runs count: `64 runs`, the default; at least 5.",
        ),
        optional(
            "min_runs",
            Whole(1),
            "Of the methods with a `bound`: how many runs the past has to have; with fewer it is `insufficient data`. Default: as few as the method can do with, 1 or 2.",
        ),
        optional(
            "since",
            Text,
            "Accepts a new level: the past begins there, with a day (`2026-11-15`, UTC), a time, or the commit of its first run (`4f2a91c`, at least 7 digits).",
        ),
        optional(
            "repetitions",
            Whole(1),
            "With `andon`: how many repetitions a value must rest on. Default: 5 of samples, 1 of what a report states.",
        ),
        optional(
            "hosted",
            Flag,
            "Whether the machine is shared with others, where values scatter more. Default: with `andon`, what the CI system says of its runner; else false.",
        ),
    ],
};
