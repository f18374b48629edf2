//! The keys of a metric of the author's own.

use super::Shape::{Choice, Glob, Labels, Object, Text};
use super::{Map, optional, required};

pub(super) static METRIC: Map = Map {
    noun: "a metric",
    keys: &[
        optional("title", Text, "A short title for tables. Default: the id."),
        optional(
            "unit",
            Text,
            "The unit of its numbers: `%`, `count`, `lines`, `s` or `ms`, `B` or `MiB`, `/s`, `/week`, `points`, or a word of your own. Durations are kept in seconds and sizes in bytes, whatever they are stated in. Default: points.",
        ),
        required(
            "better",
            Choice(&["higher", "lower", "neither"]),
            "Which way it improves.",
        ),
        optional(
            "formula",
            Text,
            "How it is computed from other metrics: `lint.findings / (size.lines / 1000)`. Ratios come in percent, durations in seconds. If an input is missing, or something is divided by zero, the metric is missing.",
        ),
        optional(
            "read",
            Object(&READ),
            "Where it stands in a file that no format knows. With neither `formula` nor `read`, it is what a report states under the metric's id (OpenMetrics).",
        ),
        optional("meaning", Text, "What the number says."),
        optional("advice", Text, "What to do when it slips."),
    ],
};

/// A number in a file.
static READ: Map = Map {
    noun: "a number in a file",
    keys: &[
        required(
            "path",
            Glob,
            "The file's path or pattern, relative to the repository: `dist/stats.json`. The values of several files are taken together.",
        ),
        optional(
            "json",
            Text,
            "Where in a JSON document: a pointer (`/totals/size`) or a JSONPath (`$.assets[*].size`). Lines of JSON are documents one by one.",
        ),
        optional(
            "xml",
            Text,
            "Where in an XML document: elements from the root, then an attribute or nothing for the text: `/testsuites/@time`, `//case[@name='a']/@ms`.",
        ),
        optional(
            "csv",
            Text,
            "The column of a table: its name in the first line, or its number from 1 where there is no header.",
        ),
        optional(
            "where",
            Labels,
            "Which rows of the table: columns and what they have to be: `{ operation: install }`.",
        ),
        optional(
            "text",
            Text,
            "A regular expression on each line. Its group `value` is the number (else the first group), a group `unit` its unit.",
        ),
        optional(
            "openmetrics",
            Text,
            "A sample of OpenMetrics or Prometheus text: `name` or `name{label=\"value\"}`.",
        ),
        optional(
            "take",
            Choice(&["sum", "mean", "min", "max", "first", "last", "count"]),
            "How several values become one. Left out, more than one is a mistake of the report.",
        ),
        optional(
            "unit",
            Text,
            "The unit in which the file writes the number, where it does not say so itself: `ms`. Default: that of the metric.",
        ),
    ],
};
