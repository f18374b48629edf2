//! Environment variables that override the policy.
//!
//! `ANDON_` and the path of the value, its parts joined by two underscores, in capitals: `ANDON_ON_PROBLEM=warn`,
//! `ANDON_PATHS__UNMATCHED=warn`, `ANDON_LIMITS__COMPLEXITY_COGNITIVE=20`. A gate is addressed by its id, a component
//! and a metric by its name, with every character that is neither letter nor digit as one underscore:
//! `ANDON_GATES__COVERAGE_LINE__REQUIRE=">= 80%"`, `ANDON_GATES__COVERAGE_LINE_BASE__MAX_DROP=1pp`. Items of other lists
//! are addressed by number, from 0: `ANDON_REPORTS__0__PATH`. A list or a map as a whole is written in YAML:
//! `ANDON_EXTENDS="[strict]"`. A variable with an empty value counts as unset.

use super::check::check;
use super::diagnostics::Diagnostics;
use super::keys::{POLICY, Shape};
use super::merge::gate_id;
use super::node::{Node, Yaml};
use super::source::{Kind, Span};
use super::yaml;
use crate::platform::Env;
use crate::text::suggest::closest;

const PREFIX: &str = "ANDON_";

/// Variables under the prefix that are no part of the policy: of the command line, and all that begin with one of those
/// that end in `_`.
pub const OTHER_VARIABLES: &[&str] = &[
    "ANDON_LOG",
    "ANDON_CONFIG",
    // Workflows pin by it the version that they install.
    "ANDON_VERSION",
    "ANDON_HASH_KEY",
    "ANDON_OLD_HASH_KEYS",
    "ANDON_RUNNER",
    "ANDON_ACTION_",
    "ANDON_GITHUB_",
    "ANDON_WEBHOOK_URL",
    "ANDON_SLACK_URL",
    "ANDON_TEAMS_URL",
    "ANDON_MAIL_",
];

/// The value of `ANDON_EXTENDS`, which counts before the others: it says what there is to override.
pub(in crate::config) fn extends(env: &Env, d: &mut Diagnostics) -> Option<Node> {
    let text = env.get("ANDON_EXTENDS")?;
    let shape = POLICY.key("extends")?.shape;
    value("ANDON_EXTENDS", text, shape, d)
}

/// Applies all other variables to the policy.
pub(in crate::config) fn apply(policy: &mut Node, env: &Env, d: &mut Diagnostics) {
    for (variable, text) in env.with_prefix(PREFIX) {
        let other = OTHER_VARIABLES
            .iter()
            .any(|other| match other.strip_suffix('_') {
                Some(_) => variable.starts_with(other),
                None => variable == *other,
            });
        if other || text.is_empty() || variable == "ANDON_EXTENDS" {
            continue;
        }
        let path = variable.strip_prefix(PREFIX).unwrap_or_default();
        let mut parts = Vec::new();
        let mut column = PREFIX.len() + 1;
        for part in path.split("__") {
            parts.push((part, column));
            column += part.len() + 2;
        }
        Override { variable, text }.put(policy, Shape::Object(&POLICY), "a policy", &parts, d);
    }
}

struct Override<'a> {
    variable: &'a str,
    text: &'a str,
}

impl Override<'_> {
    /// Puts the value at the path below the node. Parts come with their columns in the variable's name.
    fn put(
        &self,
        node: &mut Node,
        shape: Shape,
        noun: &str,
        parts: &[(&str, usize)],
        d: &mut Diagnostics,
    ) {
        let Some((part, rest)) = parts.split_first() else {
            if let Some(value) = value(self.variable, self.text, shape, d) {
                *node = value;
            }
            return;
        };
        match shape {
            Shape::Object(map) | Shape::Brief(_, map) | Shape::Rule(_, map) => {
                let key = map.keys.iter().find(|key| is_named(key.name, part.0));
                let Some(key) = key else {
                    let names: Vec<String> =
                        map.keys.iter().map(|key| in_capitals(key.name)).collect();
                    return self.unknown(part, format!("{noun} has no such key"), &names, d);
                };
                self.put_below(node, (key.name, key.shape), rest, d);
            }
            Shape::Table(of) => {
                let names: Vec<&str> = node
                    .entries()
                    .iter()
                    .map(|entry| entry.key.as_str())
                    .collect();
                match names.iter().find(|name| is_named(name, part.0)) {
                    Some(name) => {
                        let name = (*name).to_owned();
                        self.put_below(node, (&name, *of), rest, d);
                    }
                    None => {
                        let names: Vec<String> =
                            names.iter().map(|name| in_capitals(name)).collect();
                        self.unknown(part, format!("{noun} has no such name"), &names, d);
                    }
                }
            }
            Shape::Labels => {
                let name = part.0.to_lowercase();
                self.put_below(node, (&name, Shape::Text), rest, d);
            }
            Shape::List(of) => self.put_in_list(node, *of, noun, (*part, rest), d),
            _ => self.unknown(part, format!("{noun} has no parts"), &[], d),
        }
    }

    fn put_in_list(
        &self,
        node: &mut Node,
        of: Shape,
        noun: &str,
        (part, rest): ((&str, usize), &[(&str, usize)]),
        d: &mut Diagnostics,
    ) {
        let Yaml::List(items) = &mut node.value else {
            return self.unknown(&part, format!("the policy has no {noun}"), &[], d);
        };
        let names: Vec<String> = match noun {
            "gates" => items
                .iter()
                .map(|item| gate_id(item).unwrap_or_default())
                .collect(),
            _ => (0..items.len()).map(|at| at.to_string()).collect(),
        };
        let mut named = (0..).zip(&names).filter(|(_, name)| is_named(name, part.0));
        match (named.next(), named.next()) {
            (Some((at, _)), None) => {
                if let Some(item) = items.get_mut::<usize>(at) {
                    self.put(item, of, map_noun(of, noun), rest, d);
                }
            }
            (Some((_, one)), Some((_, other))) => {
                let problem = format!("it could mean `{one}` or `{other}`");
                self.unknown(&part, problem, &[], d);
            }
            (None, _) => {
                let names: Vec<String> = names.iter().map(|name| in_capitals(name)).collect();
                let problem = match noun {
                    "gates" => "the policy has no gate with such an id".to_owned(),
                    _ => format!("`{noun}` has no such item"),
                };
                self.unknown(&part, problem, &names, d);
            }
        }
    }

    /// Puts the value at the path below the node's key, which is made if there is none.
    fn put_below(
        &self,
        node: &mut Node,
        (key, shape): (&str, Shape),
        rest: &[(&str, usize)],
        d: &mut Diagnostics,
    ) {
        let source = d.sources.add(Kind::Variable, self.variable, self.variable);
        let span = Span {
            source,
            line: 1,
            column: 1,
            length: self.variable.len(),
        };
        let mut below = node
            .take(key)
            .unwrap_or_else(|| Node::new(Yaml::Null, span));
        self.put(&mut below, shape, map_noun(shape, key), rest, d);
        node.set(key, span, below);
    }

    fn unknown(
        &self,
        (part, column): &(&str, usize),
        problem: String,
        names: &[String],
        d: &mut Diagnostics,
    ) {
        // The value is not shown: a variable that means something else may hold a secret.
        let source = d.sources.add(Kind::Variable, self.variable, self.variable);
        let span = Span {
            source,
            line: 1,
            column: *column,
            length: part.chars().count().max(1),
        };
        let meant = closest(part, names.iter().map(String::as_str)).map(|name| {
            let before = self.variable.get(..column - 1).unwrap_or_default();
            let after = self
                .variable
                .get(column - 1 + part.len()..)
                .unwrap_or_default();
            format!("{before}{name}{after}")
        });
        d.error(span, format!("`{}` overrides nothing", self.variable))
            .label(problem)
            .help("unset it, or name a value of the policy: `ANDON_GATES__COVERAGE_LINE__REQUIRE`, `ANDON_ON_PROBLEM`")
            .did_you_mean(meant.as_deref());
    }
}

/// Reads a variable's value as a value of the shape.
fn value(variable: &str, text: &str, shape: Shape, d: &mut Diagnostics) -> Option<Node> {
    let source = d.sources.add(Kind::Variable, variable, text);
    let span = Span {
        source,
        line: 1,
        column: 1,
        length: text.chars().count().max(1),
    };
    let node = match shape {
        Shape::List(_)
        | Shape::OneOrMany(_)
        | Shape::Table(_)
        | Shape::Object(_)
        | Shape::Brief(..)
        | Shape::Rule(..)
        | Shape::Labels => yaml::parse(text, source, d)?,
        Shape::Text => Node::quoted(text, span),
        _ => Node::new(
            Yaml::Scalar {
                text: text.trim().to_owned(),
                plain: true,
            },
            span,
        ),
    };
    check(&node, shape, variable, d);
    Some(node)
}

fn map_noun(shape: Shape, key: &str) -> &str {
    match shape {
        Shape::Object(map) | Shape::Brief(_, map) | Shape::Rule(_, map) => map.noun,
        _ => key,
    }
}

fn in_capitals(name: &str) -> String {
    name.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect()
}

fn is_named(name: &str, part: &str) -> bool {
    in_capitals(name) == part.to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, testing};
    use crate::domain::consequence::Level;
    use crate::domain::gate::policy::OnProblem;
    use crate::platform::Env;

    const POLICY: &str = "\
extends: [recommended]
reports: [{ path: a.xml, labels: { os: linux } }]
components: { web-api: { paths: ['api/**'] } }
gates:
  - { metric: coverage.line, require: '>= 90%' }
  - { metric: coverage.line, scope: each file, require: '>= 50%' }
";

    fn load(variables: &[(&'static str, &'static str)]) -> Result<Config, String> {
        testing::load_under(POLICY, &Env::of(variables.iter().copied()))
    }

    #[test]
    fn every_kind_of_value_can_be_overridden() {
        let config = load(&[
            ("ANDON_GATES__COVERAGE_LINE__REQUIRE", ">= 80%"),
            ("ANDON_GATES__COVERAGE_LINE_EACH_FILE__LEVEL", "nice"),
            ("ANDON_GATES__COVERAGE_LINE__DESCRIPTION", "5"),
            ("ANDON_ON_PROBLEM", "warn"),
            ("ANDON_LIMITS__COMPLEXITY_COGNITIVE", "20"),
            ("ANDON_REPORTS__0__PATH", "b.xml"),
            ("ANDON_REPORTS__0__LABELS__OS", "mac"),
            ("ANDON_COMPONENTS__WEB_API__OWNER", "@org/web"),
            ("ANDON_COMPONENTS__WEB_API__PATHS", "[web/**, api/**]"),
            ("ANDON_DORA__WINDOW", "365d"),
            ("ANDON_EXTENDS", "[legacy]"),
            ("ANDON_LOG", "debug"),
            ("ANDON_ACTION_ANYTHING", "x"),
            ("ANDON_VERSION", "v1"),
            ("ANDON_EMPTY", ""),
            ("OTHER", "x"),
        ])
        .unwrap();
        let gate = |id: &str| config.policy.gates.iter().find(|gate| gate.id == id);
        let line = gate("coverage.line").unwrap();
        assert_eq!(line.require.as_ref().unwrap().text, ">= 80%");
        assert_eq!(line.description.as_deref(), Some("5"));
        assert_eq!(gate("coverage.line/each-file").unwrap().level, Level::Nice);
        assert!(gate("lint.warnings/new").is_some() && gate("tests.flaky").is_none());
        assert_eq!(config.policy.on_problem, OnProblem::Warn);
        assert_eq!(config.limits.cognitive, 20);
        assert_eq!(config.reports[0].path, "b.xml");
        assert_eq!(config.reports[0].labels["os"], "mac");
        assert_eq!(
            config.policy.components[0].owner.as_deref(),
            Some("@org/web")
        );
        assert_eq!(config.policy.components[0].paths.len(), 2);
        assert_eq!(config.dora.window, 365 * 86_400);
    }

    #[test]
    fn mistakes_name_their_variable() {
        let told = load(&[
            ("ANDON_GATES__COVERAGE_LINES__REQUIRE", "s3cret"),
            ("ANDON_GATES__COVERAGE_LINE__REQUIRE", ">= 7d"),
            ("ANDON_GATES__COVERAGE_LINE__REQUIRES", "s3cret"),
            ("ANDON_GATES__COVERAGE_LINE__REQUIRE__MORE", "s3cret"),
            ("ANDON_ON_PROBLEMS", "s3cret"),
            ("ANDON_COMPONENTS__WEB__OWNER", "s3cret"),
            ("ANDON_REPORTS__7__PATH", "s3cret"),
            ("ANDON_WAIVERS__0__OWNER", "s3cret"),
            ("ANDON_LIMITS__FUNCTION_LENGTH", "long"),
            ("ANDON_EXTENDS", "recommended"),
            ("ANDON_GATES", "[{ metric: coverage.line"),
            ("ANDON_", "x"),
        ])
        .unwrap_err();
        assert!(!told.contains("s3cret"), "{told}");
        insta::assert_snapshot!(told);
    }
}
