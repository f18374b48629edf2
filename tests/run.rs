//! `andon run`: exit codes, streams, signals, times and memory of real commands.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// Variables that change what andon prints are no part of these tests.
fn andon(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_andon"));
    command.arg("run").args(arguments).env("COLUMNS", "80");
    command
}

fn run(arguments: &[&str]) -> Output {
    andon(arguments).output().unwrap()
}

fn code(arguments: &[&str]) -> i32 {
    run(arguments).status.code().unwrap()
}

/// The document about a command, whose own output is nothing.
fn document(arguments: &[&str]) -> Value {
    let output = run(&[&["--json", "-"], arguments].concat());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn figure(document: &Value, name: &str) -> f64 {
    document["summary"][name]["median"].as_f64().unwrap()
}

#[test]
fn exit_codes_are_passed_on() {
    assert_eq!(code(&["true"]), 0);
    assert_eq!(code(&["sh", "-c", "exit 3"]), 3);
    assert_eq!(code(&["--", "sh", "-c", "exit 255"]), 255);
    assert_eq!(code(&["andon-no-such-program"]), 127);
    assert_eq!(code(&["/"]), 126);
    assert_eq!(code(&["sh", "-c", "kill -KILL $$"]), 137);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plain");
    fs::write(&file, "no program").unwrap();
    assert_eq!(code(&[file.to_str().unwrap()]), 126);
}

#[test]
fn what_is_wrong_with_andon_itself_is_125() {
    assert_eq!(code(&["--no-such-option", "true"]), 125);
    assert_eq!(code(&[]), 125);
    assert_eq!(code(&["--dim", "name=x", "true"]), 125);
    assert_eq!(
        code(&["--compare", "true", "--with", "true", "--repeat", "4"]),
        125
    );
    assert_eq!(code(&["--json", "/dev/null/x", "true"]), 125);
    // What the command says of itself matters more.
    assert_eq!(code(&["--json", "/dev/null/x", "sh", "-c", "exit 3"]), 3);
}

#[test]
fn output_passes_through_byte_for_byte() {
    let bytes: Vec<u8> = (0..1_000_000_u32)
        .map(|at| (at.wrapping_mul(at) >> 7) as u8)
        .collect();
    for (script, options) in [("cat", &[][..]), ("cat >&2", &["--read-errors"])] {
        let mut child = andon(&[&["-q"], options, &["sh", "-c", script]].concat())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut stdin, input) = (child.stdin.take().unwrap(), bytes.clone());
        let writer = thread::spawn(move || stdin.write_all(&input).unwrap());
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let (full, empty) = match options.is_empty() {
            true => (output.stdout, output.stderr),
            false => (output.stderr, output.stdout),
        };
        assert!(
            full == bytes && empty.is_empty(),
            "{script}: {} bytes",
            full.len()
        );
    }
}

#[test]
fn a_command_that_closes_its_input_is_no_trouble() {
    let mut child = andon(&["sh", "-c", "exec 0<&-; sleep 0.05; exit 4"])
        .stdin(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // Andon holds the stream open as long as the command runs; then nobody reads any more.
    let block = [0; 1 << 16];
    while stdin.write_all(&block).is_ok() {}
    assert_eq!(child.wait().unwrap().code(), Some(4));
}

#[test]
fn a_signal_is_forwarded_and_andon_waits_for_the_command() {
    let script = "trap 'echo stopping; exit 9' TERM; echo ready; while :; do sleep 0.02; done";
    let mut child = andon(&["sh", "-c", script])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut ready = [0; 6];
    stdout.read_exact(&mut ready).unwrap();
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap()
            .success()
    );
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    let status = child.wait().unwrap();
    assert_eq!(
        (rest.as_str(), status.code(), status.signal()),
        ("stopping\n", Some(9), None)
    );
}

#[test]
fn a_signal_that_is_ignored_stays_ignored() {
    let script = "trap '' TERM; exec \"$0\" run -q -- sh -c 'kill -TERM $$; exit 6'";
    let status = Command::new("sh")
        .args(["-c", script, env!("CARGO_BIN_EXE_andon")])
        .status();
    assert_eq!(
        status.unwrap().code(),
        Some(if cfg!(target_os = "linux") { 6 } else { 143 })
    );
}

#[test]
fn time_is_at_least_what_the_command_waits() {
    let short = document(&["sleep", "0.01"]);
    let wall = figure(&short, "command.wall");
    assert!((0.01..5.0).contains(&wall), "{wall}");
    // Waiting takes no processor time, and what children take counts.
    assert!(figure(&short, "command.user") < wall);
    let busy = "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done";
    let busy = document(&["sh", "-c", &format!("({busy}); true")]);
    assert!(figure(&busy, "command.user") > 0.01, "{busy:#}");
}

#[test]
fn a_failure_is_one_in_numbers_too() {
    let failed = document(&[
        "--read-errors",
        "--dim",
        "os=x",
        "sh",
        "-c",
        "echo Permission denied >&2; exit 2",
    ]);
    assert_eq!(failed["runs"][0]["error"], "permission");
    assert_eq!(failed["runs"][0]["status"], "2");
    assert_eq!(failed["dimensions"]["os"], "x");
    assert_eq!(figure(&failed, "command.success"), 0.0);
    let none = document(&["andon-no-such-program"]);
    assert_eq!(none["runs"][0]["error"], "not_found");
    assert!(none["summary"].get("command.wall").is_none());
}

const MEGABYTES: f64 = 50.0 * 1_048_576.0;

/// Holds 50 MB until what was started meanwhile has ended.
fn hold(meanwhile: Option<&str>) {
    let memory = std::hint::black_box(vec![1_u8; 50 << 20]);
    match meanwhile {
        Some(test) => assert!(this(test).status().unwrap().success()),
        None => thread::sleep(Duration::from_millis(300)),
    }
    assert_eq!(std::hint::black_box(&memory).last(), Some(&1));
}

fn this(test: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", test]);
    command
}

#[test]
#[ignore = "a command for other tests"]
fn holds_memory() {
    hold(None);
}

#[test]
#[ignore = "a command for other tests"]
fn holds_memory_and_starts_another_that_does() {
    hold(Some("holds_memory"));
}

fn memory(test: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("run.json");
    let command = this(test);
    let arguments: Vec<_> = command
        .get_args()
        .map(|text| text.to_str().unwrap())
        .collect();
    let program = command.get_program().to_str().unwrap();
    let options = ["--json", file.to_str().unwrap(), "--", program];
    assert_eq!(code(&[&options[..], &arguments].concat()), 0);
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

#[test]
fn memory_is_that_of_the_process() {
    let held = memory("holds_memory");
    let peak = figure(&held, "command.memory.peak");
    assert!((MEGABYTES..1.9 * MEGABYTES).contains(&peak), "{held:#}");
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_that_of_all_processes_together() {
    let held = memory("holds_memory_and_starts_another_that_does");
    let peak = figure(&held, "command.memory.peak");
    assert!(
        (2.0 * MEGABYTES..3.5 * MEGABYTES).contains(&peak),
        "{held:#}"
    );
    let current = figure(&held, "command.memory.current");
    assert!(current > 0.0 && current <= peak, "{held:#}");
    let mean = figure(&held, "command.memory.mean");
    assert!(mean > MEGABYTES && mean < peak, "{held:#}");
    assert!(
        figure(&held, "command.memory.range") > MEGABYTES,
        "{held:#}"
    );
}

#[test]
fn repeated_runs_stop_at_the_first_failure() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("count");
    let script = format!(
        "echo x >> '{0}'; exit $(($(wc -l < '{0}') / 3 * 5))",
        file.display()
    );
    let count = || fs::read_to_string(&file).unwrap().lines().count();
    assert_eq!(code(&["--repeat", "9", "sh", "-c", &script]), 5);
    assert_eq!(count(), 3);
    fs::remove_file(&file).unwrap();
    assert_eq!(
        code(&["--repeat", "6", "--keep-going", "sh", "-c", &script]),
        10
    );
    assert_eq!(count(), 6);
}

#[test]
fn a_slower_head_fails_and_the_seed_repeats_the_order() {
    let compared = |options: &[&str]| {
        let commands = [
            "--compare",
            "sleep 0.005",
            "--with",
            "sleep 0.03",
            "--repeat",
            "10",
        ];
        run(&[&commands, options].concat())
    };
    let output = compared(&["--json", "-", "--seed", "42"]);
    assert_eq!(output.status.code(), Some(1));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&document["finding"], &document["seed"]),
        (&"worse".into(), &42.into())
    );
    assert_eq!(document["base"]["runs"].as_array().unwrap().len(), 10);
    let (low, high) = (&document["interval"][0], &document["interval"][1]);
    assert!(
        low.as_f64() <= document["percent"].as_f64()
            && document["percent"].as_f64() <= high.as_f64()
    );
    let shown = compared(&["--exit-zero"]);
    assert_eq!(shown.status.code(), Some(0));
    assert!(
        String::from_utf8(shown.stdout)
            .unwrap()
            .contains("head is slower")
    );
}

#[test]
fn what_fails_is_not_compared_and_a_shell_only_runs_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let order = folder.path().join("order");
    let say = |word: &str| format!("echo {word} >> {}", order.display());
    let (base, head) = (say("b"), say("h"));
    let options = [
        "--shell",
        "--repeat",
        "5",
        "--warmup",
        "0",
        "--exit-zero",
        "--seed",
        "3",
    ];
    let arguments = ["--compare", &base, "--with", &head];
    let once = |options: &[&str]| {
        let _ = fs::remove_file(&order);
        let code = code(&[&arguments, options].concat());
        (code, fs::read_to_string(&order).unwrap_or_default())
    };
    let (code, first) = once(&options);
    assert_eq!((code, first.lines().count()), (0, 10));
    assert_eq!(once(&options).1, first);
    // As words, `>>` is an argument of echo.
    assert_eq!(once(&options[1..]), (0, String::new()));
    let failing = run(&["--compare", "true", "--with", "false"]);
    assert_eq!(failing.status.code(), Some(125));
    assert!(
        String::from_utf8(failing.stderr)
            .unwrap()
            .contains("the head command `false` failed")
    );
}

#[test]
fn what_was_measured_is_recorded_and_asked_by_the_commands_name() {
    let folder = tempfile::tempdir().unwrap();
    let here = |arguments: &[&str]| {
        let mut command = andon(arguments);
        command.current_dir(folder.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.output().unwrap()
    };
    let recorded = here(&["--name", "build", "--record", "--repeat", "3", "true"]);
    let told = String::from_utf8_lossy(&recorded.stderr).into_owned();
    assert_eq!(recorded.status.code(), Some(0), "{told}");
    assert!(
        told.contains("recorded ") && told.contains(".andon/history"),
        "{told}"
    );
    let failing = ["--name", "test", "--record", "sh", "-c", "exit 3"];
    assert_eq!(here(&failing).status.code(), Some(3));
    // What cannot be recorded is andon's own failure, unless the command failed.
    let nowhere = |command: &'static str| {
        let arguments = ["--record", "--history", "/dev/null/x", "sh", "-c", command];
        here(&arguments).status.code()
    };
    assert_eq!((nowhere("exit 0"), nowhere("exit 3")), (Some(125), Some(3)));
    let mut query = Command::new(env!("CARGO_BIN_EXE_andon"));
    query.current_dir(folder.path()).env_clear();
    query.args([
        "query",
        "--metric",
        "command.success",
        "--group-by",
        "name,status",
    ]);
    query.args(["--stat", "count,max", "--format", "csv"]);
    let answer = query.output().unwrap();
    assert_eq!(
        String::from_utf8_lossy(&answer.stdout),
        "metric,unit,name,status,count,max\n\
         command.success,count,build,0,3,1\n\
         command.success,count,test,3,1,0\n"
    );
}

#[test]
fn a_comparison_is_recorded_and_its_head_alone_is_the_runs_own() {
    let folder = tempfile::tempdir().unwrap();
    let here = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_andon"));
        command.current_dir(folder.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let output = command.args(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (text(&output.stdout), text(&output.stderr))
    };
    let compared = [
        "run",
        "--compare",
        "true",
        "--with",
        "true",
        "--name",
        "nap",
    ];
    let options = ["--repeat", "5", "--exit-zero", "--json", "nap.json"];
    let (_, told) = here(&[&compared[..], &options, &["--record"]].concat());
    assert!(told.contains("recorded "), "{told}");
    let success = ["query", "--metric", "command.success", "--stat", "count"];
    let query = |more: &[&str]| here(&[&success[..], &["--format", "csv"], more].concat());
    let (own, note) = query(&["--group-by", "name"]);
    assert_eq!(own, "metric,unit,name,count\ncommand.success,count,nap,5\n");
    assert!(note.contains("`side=base`) is left out"), "{note}");
    let (all, _) = query(&[]);
    assert_eq!(all, "metric,unit,count\ncommand.success,count,5\n");
    let both =
        "metric,unit,side,count\ncommand.success,count,base,5\ncommand.success,count,head,5\n";
    assert_eq!(
        query(&["--group-by", "side"]),
        (both.to_owned(), String::new())
    );
    // What `--json` wrote is the same, and no report.
    let (_, told) = here(&["record", "nap.json"]);
    assert!(
        told.contains("recorded ") && !told.contains("reject"),
        "{told}"
    );
    let (twice, _) = query(&["--where", "side=base"]);
    assert_eq!(twice, "metric,unit,count\ncommand.success,count,10\n");
}

#[test]
fn what_is_recorded_of_a_command_is_judged_without_a_declaration() {
    let gates = "version: 1\nhistory: file\ngates:\n  \
         - { metric: command.wall, require: '<= 1h' }\n  \
         - { id: success, metric: command.success, stat: mean, last: 30d, per: name, require: '>= 0.9' }\n";
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("andon.yaml"), gates).unwrap();
    let andon = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_andon"))
            .current_dir(folder)
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var("PATH").unwrap())
            .output()
            .unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (code, out) = andon(&["check"]);
    assert!(code == 1 && out.contains("andon run --record"), "{out}");
    assert_eq!(
        andon(&["run", "--record", "-q", "--name", "t", "--", "true"]).0,
        0
    );
    let (code, out) = andon(&["check"]);
    assert_eq!(code, 0, "{out}");
    // Who declared them when they had to be is no worse off.
    let declared = format!("{gates}metrics: {{ command.wall: {{ unit: s, better: lower }} }}\n");
    std::fs::write(folder.join("andon.yaml"), declared).unwrap();
    let (code, out) = andon(&["check"]);
    assert_eq!(code, 0, "{out}");
    let other = format!("{gates}metrics: {{ command.wall: {{ unit: s, better: higher }} }}\n");
    std::fs::write(folder.join("andon.yaml"), other).unwrap();
    assert_eq!(andon(&["check"]).0, 2);
}
