//! Holds the README to the program: its tables are generated, its commands run.
//! `UPDATE_README=1 cargo test --test readme` writes the tables.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use andon::domain::catalogue::CATALOGUE;
use andon::formats::registry;
use andon::render::catalogue::{FormatRow, formats_markdown, metrics_markdown};

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn readme() -> String {
    std::fs::read_to_string(path()).unwrap()
}

fn with_table(text: &str, name: &str, table: &str) -> String {
    let (begin, end) = (
        format!("<!-- {name}:begin -->\n"),
        format!("<!-- {name}:end -->"),
    );
    let (before, rest) = text
        .split_once(&begin)
        .unwrap_or_else(|| panic!("no {begin}"));
    let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("no {end}"));
    format!("{before}{begin}{table}{end}{after}")
}

#[test]
fn tables_are_those_of_the_program() {
    let rows: Vec<FormatRow<'_>> = registry()
        .map(|format| FormatRow {
            id: format.id,
            title: format.title,
            kind: format.kind.word(),
            producers: format.producers,
            paths: format.default_paths,
        })
        .collect();
    let text = readme();
    let current = with_table(&text, "formats", &formats_markdown(&rows));
    let current = with_table(&current, "metrics", &metrics_markdown(CATALOGUE));
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(path(), &current).unwrap();
    }
    assert!(
        readme() == current,
        "run UPDATE_README=1 cargo test --test readme and commit README.md"
    );
}

/// The indented lines of the section "Try it": the two commands that do everything.
fn commands() -> Vec<String> {
    let text = readme();
    let section = text.split("## Try it").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let lines = section.lines().filter_map(|line| line.strip_prefix("    "));
    lines.map(str::to_owned).collect()
}

#[test]
fn two_commands_do_everything() {
    let commands = commands();
    assert_eq!(commands.len(), 2, "{commands:?}");
    assert_eq!(commands[1], "cargo test --locked");
    let main_job = commands[0].strip_prefix("cargo run --release --locked -- ");
    let arguments: Vec<&str> = main_job.unwrap().split(' ').collect();
    let output = andon(&arguments);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(
        text.contains("Line coverage") && text.contains("80.48%"),
        "{text}"
    );
}

fn andon(arguments: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_andon"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .output()
        .unwrap()
}

#[test]
fn every_command_that_is_shown_is_one() {
    let text = readme();
    let mut seen = 0;
    // Commands stand in indented lines and between backticks.
    let spans = text.split('`').skip(1).step_by(2);
    let lines = text.lines().filter_map(|line| line.strip_prefix("    "));
    for command in spans
        .chain(lines)
        .filter_map(|line| line.strip_prefix("andon "))
    {
        let command = command.split('#').next().unwrap();
        let words: Vec<&str> = command.split_whitespace().collect();
        let Some(name) = words.first() else { continue };
        if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
            continue;
        }
        let help = andon(&[name, "--help"]);
        assert_eq!(help.status.code(), Some(0), "andon {command}");
        let help = String::from_utf8(help.stdout).unwrap();
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            assert!(help.contains(flag), "andon {command}: no {flag}");
        }
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} commands were found");
}

#[test]
fn the_policy_that_is_shown_is_valid() {
    let text = readme();
    let policy = text
        .split("```yaml\n")
        .find(|block| block.starts_with("version: 1"));
    let policy = policy.unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("andon.yaml"), policy).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_andon"))
        .args(["-C", folder.path().to_str().unwrap()])
        .env_clear()
        .output()
        .unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{errors}");
}

#[test]
fn every_key_of_the_policy_is_described() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = std::fs::read_to_string(root.join("docs/policy.md")).unwrap();
    let schema = andon::config::schema();
    let mut missing = Vec::new();
    keys(&schema, &mut missing, &guide);
    assert!(
        missing.is_empty(),
        "docs/policy.md does not name {missing:?}"
    );
}

fn keys(value: &serde_json::Value, missing: &mut Vec<String>, guide: &str) {
    let properties = value.get("properties").and_then(|found| found.as_object());
    for key in properties.into_iter().flat_map(serde_json::Map::keys) {
        if !guide.contains(&format!("| `{key}` |")) {
            missing.push(key.clone());
        }
    }
    match value {
        serde_json::Value::Object(map) => {
            map.values().for_each(|inner| keys(inner, missing, guide))
        }
        serde_json::Value::Array(list) => list.iter().for_each(|inner| keys(inner, missing, guide)),
        _ => {}
    }
}
