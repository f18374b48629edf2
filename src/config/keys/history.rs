//! The keys of the history: where it is, and for how long what is kept.

use super::Shape::{Choice, Flag, Text};
use super::{Map, optional, required};

/// The kinds of places that a history can be in.
pub(super) const PLACES: &[&str] = &["git", "file", "sqlite"];

pub(super) static HISTORY: Map = Map {
    noun: "the history's place",
    keys: &[
        required(
            "in",
            Choice(PLACES),
            "In the git repository, in a folder, or in an SQLite file.",
        ),
        optional(
            "ref",
            Text,
            "The ref, with `in: git`: `refs/andon/history` (default) or another one under refs/ that is no branch, tag or remote.",
        ),
        optional(
            "branch",
            Text,
            "A branch instead of a ref, with `in: git`, where the host takes nothing but branches: `andon-history`.",
        ),
        optional(
            "path",
            Text,
            "The folder, with `in: file`, or the file, with `in: sqlite`, relative to the workspace and inside it. Default: .andon/history, .andon/history.sqlite.",
        ),
        optional(
            "audit",
            Flag,
            "Log who reads the history and who takes something out, in audit.jsonl beside it. Default: only where the history is shared, outside the workspace or with --project.",
        ),
        optional(
            "everywhere",
            Flag,
            "Judge over time what all repositories and folders recorded, together. Default: each by what it recorded itself.",
        ),
    ],
};

pub(super) static KEEP: Map = Map {
    noun: "what is kept",
    keys: &[
        optional(
            "events",
            Text,
            "For how long events are kept, from when they were: `30d`, `26w`, `2y`. Default: for ever.",
        ),
        optional(
            "runs",
            Text,
            "For how long recorded snapshots are kept, from when they were taken: `2y`. Default: for ever.",
        ),
        optional(
            "rotate",
            Choice(&["monthly", "daily"]),
            "By which spans documents of events are joined. Default: monthly.",
        ),
    ],
};
