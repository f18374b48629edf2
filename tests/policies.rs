//! Policies as their authors write them, right and wrong: `tests/policies/{good,bad}`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test that cannot go on fails"
)]

use std::path::{Path, PathBuf};

use andon::config::{Config, Diagnostics, Loader, Origin, PRESETS, Severity, WorkTree};
use andon::platform::{Env, Files};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/policies")
        .join(name)
}

fn policies(name: &str) -> Vec<(String, String)> {
    let mut policies: Vec<(String, String)> = std::fs::read_dir(folder(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            #[allow(clippy::disallowed_methods, reason = "a test reads its fixtures")]
            let text = std::fs::read_to_string(&path).unwrap();
            (name, text)
        })
        .collect();
    policies.sort();
    assert!(!policies.is_empty());
    policies
}

fn load(folder_name: &str, name: &str, env: &Env) -> Result<Config, Diagnostics> {
    let folder = folder(folder_name);
    let loader = Loader {
        source: &WorkTree {
            files: Files,
            root: folder.parent().unwrap(),
        },
        env,
    };
    loader.load(Origin::File(&folder.join(name)))
}

/// Paths of this machine have no place in goldens.
fn settled(text: &str) -> String {
    text.replace(&format!("{}/", folder("").display()), "")
        .replace(
            &format!(
                "{}/",
                folder("").display().to_string().trim_end_matches('/')
            ),
            "",
        )
}

fn golden(kind: &str, name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => format!("policies/{kind}/goldens"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name.trim_end_matches(".yaml"), text);
    });
}

#[test]
fn every_bad_policy_is_told_what_is_wrong_where_and_what_to_do() {
    for (name, text) in policies("bad") {
        let diagnostics = load("bad", &name, &Env::default()).expect_err(&name);
        assert!(diagnostics.has_errors(), "{name}");
        for diagnostic in diagnostics.iter() {
            assert!(
                !diagnostic.message.ends_with('.'),
                "{name}: {}",
                diagnostic.message
            );
            if let Some(place) = &diagnostic.place
                && place.name.ends_with(&name)
            {
                let line = text.lines().nth(place.line - 1).unwrap_or_default();
                let end = place.column - 1 + place.length;
                assert!(end <= line.chars().count().max(1) + 1, "{name}: {place:?}");
            }
        }
        golden("bad", &name, &settled(&diagnostics.to_string()));
    }
}

#[test]
fn every_good_policy_is_understood() {
    for (name, _) in policies("good") {
        let config = load("good", &name, &Env::default()).unwrap_or_else(|d| panic!("{name}\n{d}"));
        golden("good", &name, &settled(&described(&config)));
    }
}

#[test]
fn every_preset_is_understood_without_a_warning() {
    for preset in PRESETS {
        let env = Env::default();
        let loader = Loader {
            source: &WorkTree {
                files: Files,
                root: Path::new("."),
            },
            env: &env,
        };
        let text = format!("extends: [{}]", preset.name);
        let origin = Origin::Text {
            name: "andon.yaml",
            text: &text,
        };
        let config = loader
            .load(origin)
            .unwrap_or_else(|d| panic!("{}\n{d}", preset.name));
        assert!(
            config.warnings.is_empty(),
            "{}: {}",
            preset.name,
            config.warnings
        );
        assert!(!config.policy.gates.is_empty(), "{}", preset.name);
        golden("presets", preset.name, &described(&config));
    }
}

fn described(config: &Config) -> String {
    let mut lines = Vec::new();
    for gate in &config.policy.gates {
        let mut rule = vec![format!(
            "gate {}: {} on {:?}",
            gate.id, gate.metric.id, gate.selector
        )];
        rule.extend((!gate.labels.is_empty()).then(|| format!("where {:?}", gate.labels)));
        rule.extend(
            gate.require
                .as_ref()
                .map(|c| format!("require {} ({})", c.text, c.bound)),
        );
        rule.extend(
            gate.warn
                .as_ref()
                .map(|c| format!("warn {} ({})", c.text, c.bound)),
        );
        rule.extend(gate.versus_base.as_ref().map(|r| {
            format!(
                "versus base {} ({}, relative: {})",
                r.text, r.tolerance, r.relative
            )
        }));
        rule.extend((!gate.part.is_whole()).then(|| format!("part {:?}", gate.part)));
        rule.extend(
            gate.ratchet
                .as_ref()
                .map(|r| format!("{} ({}, relative: {})", r.text, r.tolerance, r.relative)),
        );
        for target in gate.targets.iter().flat_map(|targets| targets.steps()) {
            rule.push(format!(
                "from {} {} ({})",
                target.from, target.bound.text, target.bound.bound
            ));
        }
        rule.extend(
            gate.zones
                .map(|z| format!("green from {}%, yellow from {}%", z.green, z.yellow)),
        );
        rule.extend(gate.samples.as_ref().map(|samples| format!("{samples:?}")));
        rule.extend(gate.watch.as_ref().map(|watch| format!("{watch:?}")));
        rule.extend(gate.confidence.map(|c| format!("confidence {c}")));
        rule.extend(gate.min_basis.map(|least| format!("from {least}")));
        rule.push(format!("{:?}, missing: {:?}", gate.level, gate.on_missing));
        rule.extend(gate.description.clone());
        rule.push(gate.origin.clone());
        lines.push(rule.join("; "));
    }
    for waiver in &config.policy.waivers {
        let tests = match waiver.test_texts.as_slice() {
            [] => String::new(),
            tests => format!(" on tests {tests:?}"),
        };
        lines.push(format!(
            "waiver of {} on {:?}{tests}: {}; {}; until {}; {}",
            waiver.gate,
            waiver.path_texts,
            waiver.reason,
            waiver.owner,
            waiver.expires,
            waiver.origin
        ));
    }
    for rule in &config.reports {
        lines.push(format!(
            "report {} {:?} {:?} {}",
            rule.path, rule.format, rule.labels, rule.origin
        ));
    }
    for component in &config.policy.components {
        lines.push(format!(
            "component {} of {:?}, {} patterns",
            component.name,
            component.owner,
            component.paths.len()
        ));
    }
    for own in &config.user_metrics {
        lines.push(format!(
            "metric {}: {} in {} = {}",
            own.metric.id, own.metric.title, own.metric.unit, own.supply
        ));
    }
    lines.push(format!("{:?}", config.limits));
    lines.push(format!("{:?}", config.dora));
    lines.push(format!(
        "on problem {:?}, on unmatched {:?}",
        config.policy.on_problem, config.on_unmatched
    ));
    lines.push(format!("files {:?}", config.files));
    for warning in config.warnings.iter() {
        assert_eq!(warning.severity, Severity::Warning);
        lines.push(format!("warning: {}", warning.message));
    }
    lines.join("\n")
}
