//! What may be written in a policy: every key, its shape and what it says. The check, the overrides and the JSON Schema
//! read these tables, so that they cannot disagree.

mod alert;
mod gate;
mod history;
mod metric;

pub(in crate::config) use gate::GATE;

use Shape::{
    Amount, Brief, Choice, Date, Extend, Flag, Format, Glob, Labels, List, Number, Object, Table,
    Text, Whole,
};

/// The form of a value.
#[derive(Debug, Clone, Copy)]
pub(in crate::config) enum Shape {
    /// Text that says something.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number from the one given up.
    Whole(u64),
    /// One of these whole numbers.
    Number(&'static [u64]),
    /// A number with or without unit.
    Amount,
    /// An operator and an amount: `>= 90%`.
    Condition,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// What a gate judges: `each file`.
    Scope,
    /// The id of a metric.
    Metric,
    /// The id of a report format.
    Format,
    /// The name of a preset, or the path of a policy file.
    Extend,
    /// A pattern of paths.
    Glob,
    /// A day: `2027-01-31`.
    Date,
    /// Names and texts of the author's choice.
    Labels,
    /// A list.
    List(&'static Shape),
    /// One of these, or a list of them.
    OneOrMany(&'static Shape),
    /// Names of the author's choice, each with such a value; the doc says what the names are.
    Table(&'static Shape),
    /// A map with these keys.
    Object(&'static Map),
    /// One of these words for short, or a map with these keys.
    Brief(&'static [&'static str], &'static Map),
    /// The same; or `true`, for the map without keys.
    Rule(&'static [&'static str], &'static Map),
    /// `true`, `false`, or one of these words for `true`.
    Switch(&'static [&'static str]),
}

/// A map with known keys.
#[derive(Debug)]
pub(in crate::config) struct Map {
    /// What it describes, with its article: `a gate`.
    pub(in crate::config) noun: &'static str,
    pub(in crate::config) keys: &'static [Key],
}

/// A key of a map.
#[derive(Debug)]
pub(in crate::config) struct Key {
    pub(in crate::config) name: &'static str,
    pub(in crate::config) shape: Shape,
    pub(in crate::config) required: bool,
    pub(in crate::config) doc: &'static str,
}

impl Map {
    /// The key of this name.
    pub(in crate::config) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }
}

const fn optional(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key {
        name,
        shape,
        required: false,
        doc,
    }
}

const fn required(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key {
        required: true,
        ..optional(name, shape, doc)
    }
}

/// The whole policy.
pub(in crate::config) static POLICY: Map = Map {
    noun: "a policy",
    keys: &[
        optional(
            "version",
            Number(&[1]),
            "The version of the policy's form. This andon reads version 1.",
        ),
        optional(
            "extends",
            List(&Extend),
            "Presets by name, and policy files by a path relative to this file, that this policy builds on. Later ones override earlier ones, and this file overrides them all.",
        ),
        optional(
            "reports",
            List(&Object(&REPORT)),
            "Where the reports are. Left out, reports are found by their content in the usual places. Replaces the list of an extended policy.",
        ),
        optional(
            "components",
            Table(&Object(&COMPONENT)),
            "Parts of the repository, by name, that gates can judge on their own.",
        ),
        optional(
            "metrics",
            Table(&Object(&metric::METRIC)),
            "Metrics of your own, by id: computed from others, or read from a file.",
        ),
        optional(
            "limits",
            Object(&LIMITS),
            "The limits that the `….over` metrics count against.",
        ),
        optional(
            "gates",
            List(&Object(&GATE)),
            "The rules. A gate that names its metric replaces the gate of the same id in an extended policy. A gate that names only an `id` changes the keys that it states and leaves the rest; a key set to null is as if it were not given.",
        ),
        optional(
            "alerts",
            List(&Object(&alert::ALERT)),
            "What is watched over the history, for `andon alerts`. Replaces the list of an extended policy.",
        ),
        optional(
            "waivers",
            List(&Object(&WAIVER)),
            "Dated exceptions, each with an owner. Added to those of extended policies.",
        ),
        optional(
            "on_problem",
            Choice(&["fail", "warn"]),
            "What a broken or unrecognised report means. Default: fail.",
        ),
        optional(
            "dora",
            Object(&DORA),
            "How delivery metrics are measured from the git history.",
        ),
        optional(
            "paths",
            Object(&PATHS),
            "How report paths are matched to the repository's files.",
        ),
        optional(
            "history",
            Brief(history::PLACES, &history::HISTORY),
            "Where snapshots of earlier runs are kept, to be compared with: `git` for the ref refs/andon/history of the repository, `file` for the folder .andon/history, `sqlite` for the file .andon/history.sqlite, or a map that names another.",
        ),
        optional(
            "keep",
            Object(&history::KEEP),
            "For how long what is kept in the history, and how its documents are joined. `andon history purge` and `andon history compact` go by it.",
        ),
        optional(
            "sample",
            Table(&Amount),
            "Which share of a metric's events is recorded, by the metric's id, where they come too often to keep them all: `{ response_time: 10% }`. What is kept says so in the dimension `sampled`.",
        ),
        optional(
            "privacy",
            Object(&PRIVACY),
            "What `andon record` hides before anything is written.",
        ),
        optional(
            "publish",
            Object(&PUBLISH),
            "What `andon check --publish` and `andon publish` send to GitHub.",
        ),
    ],
};

static PRIVACY: Map = Map {
    noun: "what is private",
    keys: &[optional(
        "personal",
        List(&Text),
        "Dimensions of events that tell a person: `[user_id]`. Their values, and those of members of metadata by the same names, are replaced by keyed hashes; the key is in the environment variable ANDON_HASH_KEY.",
    )],
};

static PUBLISH: Map = Map {
    noun: "what is published",
    keys: &[
        optional(
            "comment",
            Flag,
            "A comment on the pull request that is kept up to date. Default: true.",
        ),
        optional(
            "check_run",
            Flag,
            "A check run with annotations on the changed lines. Default: true.",
        ),
        optional(
            "status",
            Flag,
            "A commit status per family of gates. Default: true.",
        ),
        optional(
            "summary",
            Flag,
            "The job summary of GitHub Actions. Default: true.",
        ),
        optional(
            "sarif",
            Flag,
            "Gates and findings as SARIF for code scanning. Default: false.",
        ),
        optional(
            "labels",
            Object(&LABELS_OF_VERDICTS),
            "Labels that the pull request has while the verdict is so. A label of another verdict is taken off.",
        ),
    ],
};

static LABELS_OF_VERDICTS: Map = Map {
    noun: "the labels",
    keys: &[
        optional("pass", List(&Text), "Labels while the gate passes."),
        optional("warn", List(&Text), "Labels while the gate warns."),
        optional("fail", List(&Text), "Labels while the gate fails."),
    ],
};

static REPORT: Map = Map {
    noun: "a report rule",
    keys: &[
        required(
            "path",
            Glob,
            "The reports' path or pattern, relative to the repository: `out/**/junit.xml`. Members of a zip archive stand after a `!`: `build/artifact.zip!**/junit.xml`.",
        ),
        optional(
            "format",
            Format,
            "The reports' format. Left out, it is told from the content.",
        ),
        optional(
            "labels",
            Labels,
            "Labels of these reports, by which gates can select: `{ os: linux }`.",
        ),
    ],
};

static COMPONENT: Map = Map {
    noun: "a component",
    keys: &[
        required(
            "paths",
            List(&Glob),
            "Patterns of the paths that belong to it.",
        ),
        optional("owner", Text, "Who answers for it: `\"@org/api\"`."),
    ],
};

static LIMITS: Map = Map {
    noun: "the limits",
    keys: &[
        optional(
            "complexity.cyclomatic",
            Whole(1),
            "For `complexity.cyclomatic.over`. Default: 10.",
        ),
        optional(
            "complexity.cognitive",
            Whole(1),
            "For `complexity.cognitive.over`. Default: 15.",
        ),
        optional(
            "function.length",
            Whole(1),
            "For `function.length.over`, in lines. Default: 60.",
        ),
    ],
};

static WAIVER: Map = Map {
    noun: "a waiver",
    keys: &[
        required(
            "gate",
            Text,
            "The id of a gate, or of a metric for all its gates.",
        ),
        optional(
            "paths",
            List(&Glob),
            "The paths that are excepted. Left out, the gate as a whole is.",
        ),
        optional(
            "tests",
            List(&Text),
            "The tests under quarantine, which are not counted: `\"LoginTest > *\"`. `*` and `?` are patterns; all else stands for itself.",
        ),
        required("reason", Text, "Why."),
        required("owner", Text, "Who answers for it: `\"@org/core\"`."),
        required(
            "expires",
            Date,
            "The last day on which it holds: `2027-01-31`. After it the gate counts again.",
        ),
    ],
};

static DORA: Map = Map {
    noun: "the delivery settings",
    keys: &[
        optional(
            "window",
            Amount,
            "How far back deployments count: `90d` (default), `26w`.",
        ),
        optional(
            "tag_prefix",
            Text,
            "What stands before the version in release tags: `v`, `api-`. Left out, it is told from the tags.",
        ),
        optional(
            "tags",
            Choice(&["auto", "reachable", "all"]),
            "Which tags count: those reachable from HEAD, all, or (auto, default) all if far newer ones are not reachable.",
        ),
        optional(
            "clock",
            Choice(&["committer", "author", "tagger"]),
            "Whose time counts. `committer` (default) for the start and the end; `author` starts at the author's time; `tagger` ends at the tag's own time.",
        ),
        optional(
            "bands",
            Number(&[2023, 2024]),
            "The year of the DORA report whose bands are shown. Default: 2024.",
        ),
    ],
};

static PATHS: Map = Map {
    noun: "the path settings",
    keys: &[
        optional(
            "unmatched",
            Choice(&["error", "warn"]),
            "What it means if most paths of a report match no file of the repository. Default: error.",
        ),
        optional(
            "replace",
            Labels,
            "Beginnings of report paths, each with the folder of the repository that takes its place: `com/example: src/main/java/com/example`. An empty text takes the beginning away. The longest that fits counts.",
        ),
    ],
};
