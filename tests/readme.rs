//! Holds the README to the program: its tables are generated, its commands run.
//! `UPDATE_README=1 cargo test --test readme` writes the tables.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::path::PathBuf;
use std::process::Command;

use andon::domain::catalogue::CATALOGUE;
use andon::formats::{Format, registry};
use andon::render::catalogue::{formats_document, formats_markdown, metrics_markdown};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn document(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

fn readme() -> String {
    document("README.md")
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
    let formats: Vec<&Format> = registry().collect();
    let text = readme();
    let current = with_table(&text, "formats", &formats_markdown(&formats));
    let current = with_table(&current, "metrics", &metrics_markdown(CATALOGUE));
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(root().join("README.md"), &current).unwrap();
    }
    assert!(
        readme() == current,
        "run UPDATE_README=1 cargo test --test readme and commit README.md"
    );
    let text = document("docs/formats.md");
    let current = with_table(&text, "formats", &formats_document(&formats));
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(root().join("docs/formats.md"), &current).unwrap();
    }
    assert!(
        document("docs/formats.md") == current,
        "run UPDATE_README=1 cargo test --test readme and commit docs/formats.md"
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
        let flags = words.iter().filter(|word| word.starts_with("--"));
        for flag in flags.filter_map(|flag| flag.split('=').next()) {
            assert!(help.contains(flag), "andon {command}: no {flag}");
        }
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} commands were found");
}

/// The blocks of YAML in these texts that are policies of their own.
fn policies(texts: &[String]) -> Vec<&str> {
    let blocks = texts
        .iter()
        .flat_map(|text| text.split("```yaml\n").skip(1));
    let blocks = blocks.filter_map(|block| block.split("```").next());
    blocks
        .filter(|block| {
            let mut lines = block.lines();
            lines.any(|line| matches!(line, "gates:" | "alerts:"))
        })
        .collect()
}

#[test]
fn policies_that_are_shown_are_valid() {
    let pages = std::fs::read_dir(root().join("docs")).unwrap();
    let pages = pages.map(|page| page.unwrap().path());
    let mut pages: Vec<PathBuf> = pages
        .filter(|page| page.extension().is_some_and(|ending| ending == "md"))
        .collect();
    pages.push(root().join("README.md"));
    let texts: Vec<String> = pages
        .iter()
        .map(|page| std::fs::read_to_string(page).unwrap())
        .collect();
    let policies = policies(&texts);
    assert!(policies.len() >= 20, "only {} were found", policies.len());
    let schema = serde_json::from_str(&document("docs/andon.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    for policy in policies {
        let value: serde_json::Value = serde_yaml::from_str(policy).unwrap();
        let wrong: Vec<String> = schema
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(wrong, [""; 0], "{policy}");
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("andon.yaml"), policy).unwrap();
        let output = andon(&["-C", folder.path().to_str().unwrap()]);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{policy}\n{errors}");
    }
}

#[test]
fn every_key_of_the_json_outputs_is_described() {
    let guide = document("docs/json.md");
    let demo = ["-C", "tests/demo/rust"];
    // One report of each kind, so that no part of the output is null throughout.
    let inspect = [
        "inspect",
        "--format",
        "json",
        "reports/lcov.info",
        "reports/junit.xml",
        "reports/clippy.jsonl",
        "../python/reports/radon-mi.json",
        "../../fixtures/bandit/requests-1.9.4.json",
        "../../fixtures/jscpd/web-5.json",
        "../../fixtures/interrogate/requests.txt",
        "../../fixtures/pytest_benchmark/saved.json",
    ];
    let mut missing = std::collections::BTreeSet::new();
    for command in [&["check", "--format", "json"][..], &["collect"], &inspect] {
        let output = andon(&[&demo[..], command].concat());
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        names(&json, &mut missing);
    }
    missing.retain(|name| {
        !guide.contains(&format!("`{name}`")) && !guide.contains(&format!("\"{name}\""))
    });
    assert!(missing.is_empty(), "docs/json.md does not name {missing:?}");
}

fn names(value: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (name, inner) in map {
                found.insert(name.clone());
                names(inner, found);
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(|inner| names(inner, found)),
        _ => {}
    }
}

#[test]
fn every_key_of_the_policy_is_described() {
    let guide = document("docs/policy.md");
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
