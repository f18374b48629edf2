//! The memory that the history takes grows neither with its events nor, but for a few bytes each, with their series.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use wait4::Wait4 as _;

/// The peak of memory that a command takes, in bytes.
fn peak(folder: &Path, arguments: &[&str]) -> u64 {
    let mut command = Command::new(env!("CARGO_BIN_EXE_andon"));
    command.args(arguments).args(["--history", "kept"]);
    let child = command.current_dir(folder).stdout(Stdio::null()).spawn();
    let done = child.unwrap().wait4().unwrap();
    assert!(done.status.success(), "{arguments:?}");
    done.rusage.maxrss
}

/// Events, each of a series of its own.
fn events(series: u32) -> String {
    let mut text = String::new();
    for n in 0..series {
        writeln!(
            text,
            r#"{{"timestamp":{},"name":"m{}","value":{n},"dimensions":{{"command":"command-{n}","backend":"native"}}}}"#,
            1_772_362_800 + n,
            n % 20
        )
        .unwrap();
    }
    text
}

/// Texts of which so many are held as they are fill the small history too: what is above is what grows.
const FEW: u32 = 15_000;
const MANY: u32 = 45_000;
/// Bytes by which more memory may be taken: SQLite's own 16 MiB, and what allocators do with the rest. A series held as it
/// is takes about a kilobyte, 30 MB in all, and many commands held two of each.
const MORE: u64 = 32_000_000;

#[test]
fn memory_does_not_grow_with_series() {
    let [few, many] = [FEW, MANY].map(|series| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::write(path.join("events.jsonl"), events(series)).unwrap();
        let commands: [&[&str]; 5] = [
            &["record", "events.jsonl"],
            &["history", "rebuild"],
            &["query", "--group-by", "day", "--stat", "p95"],
            &["ask", "p95 of m7 by day"],
            &["history", "forget", "--dim", "backend=remote"],
        ];
        commands.map(|command| (command, peak(path, command)))
    });
    for ((command, few), (_, many)) in few.into_iter().zip(many) {
        assert!(
            many < few + MORE,
            "`andon {}` takes {many} bytes, and {few} with a third of the series",
            command.join(" ")
        );
    }
}
