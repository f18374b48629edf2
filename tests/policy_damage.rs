//! Loading a policy never panics and never hangs, whatever is done to it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use andon::config::{Loader, Origin, PRESETS, WorkTree};
use andon::platform::{Env, Files};
use proptest::prelude::*;

const FULL: &str = include_str!("policies/good/full.yaml");

/// Pieces that mean something to YAML, to the loader or to a formula.
const PIECES: [&str; 28] = [
    "- ",
    ": ",
    "\n",
    "\n  ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!x ",
    "| ",
    "> ",
    "~",
    "\t",
    "\u{feff}",
    "\u{202e}",
    "---\n",
    "gates:",
    "remove: true",
    "extends: [strict]",
    "99999999999999999999",
    "-1",
    "1e999",
    "((((",
];

fn load(text: &str) -> bool {
    let env = Env::of([
        ("ANDON_GATES__COVERAGE_LINE__REQUIRE", ">= 80%"),
        ("ANDON_ON_PROBLEM", "warn"),
    ]);
    let loader = Loader {
        source: &WorkTree {
            files: Files,
            root: Path::new("tests/policies/good"),
        },
        env: &env,
    };
    match loader.load(Origin::Text {
        name: "andon.yaml",
        text,
    }) {
        Ok(_) => true,
        Err(diagnostics) => {
            assert!(diagnostics.has_errors());
            assert!(
                diagnostics
                    .to_string()
                    .chars()
                    .all(|c| c == '\n' || !c.is_control())
            );
            serde_json::to_string(&diagnostics.iter().collect::<Vec<_>>()).unwrap();
            false
        }
    }
}

#[test]
fn the_undamaged_policy_loads() {
    assert!(load(FULL));
}

#[test]
fn every_truncation_is_borne() {
    for (at, _) in FULL.char_indices() {
        load(&FULL[..at]);
    }
}

#[test]
fn large_hostile_policies_end_soon() {
    let gate = "  - { metric: coverage.line, require: '>= 5%' }\n";
    let many =
        |head: &str, line: &str| format!("{head}\n{}", line.repeat((900 << 10) / line.len()));
    let start = Instant::now();
    for text in [
        many("gates:", gate),
        many("gates:", "  - {}\n"),
        many("zzz: 1", "a: 1\n"),
        many("waivers:", "  - { gate: x }\n"),
        many("extends:", "  - strict\n"),
        (0..40_000).map(|n| format!("k{n}: 1\n")).collect(),
        format!("gates: [{{ metric: '{}' }}]", "x".repeat(900 << 10)),
        format!("components:\n  a: {{ paths: ['{}'] }}", "{a,b}".repeat(190)),
        format!("reports: [{{ path: '{}' }}]", "*".repeat(900 << 10)),
        format!(
            "metrics:\n{}",
            (0..200)
                .map(|n| format!("  m{n}: {{ better: lower, formula: 'm{} + 1' }}\n", n + 1))
                .collect::<String>()
        ),
        "x".repeat(2 << 20),
    ] {
        load(&text);
    }
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutations_are_borne(
        which in 0..=PRESETS.len(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..6, 0..PIECES.len()), 1..8),
    ) {
        let mut text: Vec<char> = PRESETS.get(which).map_or(FULL, |preset| preset.text).chars().collect();
        for (at, delete, piece) in cuts {
            let at = at.index(text.len() + 1);
            let end = (at + delete).min(text.len());
            text.splice(at..end, PIECES[piece].chars());
        }
        load(&text.into_iter().collect::<String>());
    }

    #[test]
    fn any_text_is_borne(text in "\\PC{0,200}") {
        load(&text);
    }
}
