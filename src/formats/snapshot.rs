//! An earlier snapshot, as `andon collect` writes it.

use super::{Format, Head, Input, Kind};
use crate::domain::report::{Content, Problem};
use crate::domain::snapshot::{SNAPSHOT_VERSION, Snapshot};

/// The formats of this kind.
pub(in crate::formats) static FORMATS: &[&Format] = &[&FORMAT];

static FORMAT: Format = Format {
    id: "andon",
    title: "andon snapshot",
    kind: Kind::Snapshot,
    producers: &["andon collect"],
    // A snapshot is named when it is wanted: one left behind by another run must not count as this run's.
    default_paths: &[],
    sniff,
    parse,
    reads: "Measurements, absences and evidence of `andon collect`.",
    omits: "Nothing.",
    supplies: &[],
};

fn sniff(head: &Head) -> bool {
    head.has_key(1, "andon_snapshot")
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let snapshot: Snapshot = super::json::document(input, |snapshot| snapshot)?;
    if snapshot.version != SNAPSHOT_VERSION {
        return Err(Problem::error(format!(
            "the snapshot has version {}, this andon reads version {SNAPSHOT_VERSION}: collect it again",
            snapshot.version
        )));
    }
    content.snapshot = Some(Box::new(snapshot));
    Ok(())
}
