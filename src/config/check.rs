//! Whether a document has the form that [`super::keys`] gives it. What the values mean is checked after merging.

use super::diagnostic::Diagnostic;
use super::diagnostics::Diagnostics;
use super::keys::{GATE, Map, POLICY, Shape};
use super::node::{Node, Yaml};
use super::patterns;
use super::presets;
use crate::formats;
use crate::text::suggest::closest;

/// Notes everything in the node that is not of the shape. `key` is the key it stands under, for messages.
pub(in crate::config) fn check(node: &Node, shape: Shape, key: &str, d: &mut Diagnostics) {
    // A null is a key that is not given, whatever its shape.
    if matches!(node.value, Yaml::Null) {
        return;
    }
    match shape {
        Shape::Text | Shape::Metric | Shape::Scope | Shape::Condition | Shape::Date => {
            text(node, shape, key, d);
        }
        Shape::Extend => extend(node, key, d),
        Shape::Glob => {
            if text(node, shape, key, d) {
                patterns::check(node, d);
            }
        }
        Shape::Format => format(node, key, d),
        Shape::Choice(words) => choice(node, words, key, d),
        Shape::Amount => {
            if node.text().is_none() || node.flag().is_some() {
                wrong_type(node, "an amount such as `5` or `90%`", key, d);
            }
        }
        Shape::Flag => {
            if node.flag().is_none() {
                wrong_type(node, "true or false", key, d);
            }
        }
        Shape::Whole(least) => {
            if node.whole().is_none_or(|number| number < least) {
                wrong_type(node, &format!("a whole number from {least} up"), key, d);
            }
        }
        Shape::Number(of) => number(node, of, key, d),
        Shape::Labels => labels(node, key, d),
        Shape::List(item) => match &node.value {
            Yaml::List(items) => items.iter().for_each(|node| check(node, *item, key, d)),
            _ => {
                wrong_type(node, &shape.noun(), key, d);
                let simple = !matches!(item, Shape::Object(_));
                if let (true, Yaml::Scalar { text, .. }, Some(last)) =
                    (simple, &node.value, d.last())
                {
                    last.help(format!("write it as a list: `[{}]`", shortened(text)));
                }
            }
        },
        Shape::OneOrMany(item) => match &node.value {
            Yaml::List(items) => items.iter().for_each(|node| check(node, *item, key, d)),
            Yaml::Scalar { .. } => check(node, *item, key, d),
            _ => wrong_type(node, &shape.noun(), key, d),
        },
        Shape::Table(value) => match &node.value {
            Yaml::Map(entries) => {
                for entry in entries {
                    check(&entry.value, *value, &entry.key, d);
                }
            }
            _ => wrong_type(node, &shape.noun(), key, d),
        },
        Shape::Object(map) => object(node, map, key, d),
        Shape::Rule(..) | Shape::Switch(_) if node.flag() == Some(true) => {}
        Shape::Switch(_) if node.flag() == Some(false) => {}
        Shape::Switch(words) => chosen(node, (words, &with_true(words)), key, d),
        Shape::Rule(words, map) => match &node.value {
            Yaml::Map(_) => object(node, map, key, d),
            _ => chosen(node, (words, &with_true(words)), key, d),
        },
        Shape::Brief(words, map) => match &node.value {
            Yaml::Map(_) => object(node, map, key, d),
            _ => choice(node, words, key, d),
        },
    }
}

/// Notes the keys that a map must have and has not.
pub(in crate::config) fn check_required(node: &Node, map: &Map, d: &mut Diagnostics) {
    for key in map.keys.iter().filter(|key| key.required) {
        if node.get(key.name).is_none() {
            let doc = key.doc.trim_end_matches('.');
            let words = match key.shape {
                Shape::Choice(words) => format!(", one of `{}`", words.join("`, `")),
                _ => String::new(),
            };
            d.error(node.span, format!("{} needs `{}`", map.noun, key.name))
                .help(format!("`{}`: {doc}{words}", key.name));
        }
    }
}

impl Map {
    /// Says which keys it has.
    fn known(&self) -> String {
        let keys = self.keys.iter();
        let names: Vec<&str> = keys.map(|key| key.name).collect();
        format!("its keys are {}", listed(&names))
    }

    /// The key whose map has a key of this name, and that one: of several the first that is there.
    fn inside(&self, name: &str, is_there: impl Fn(&str) -> bool) -> Option<(&str, &str)> {
        let found = self.keys.iter().filter_map(|outer| match outer.shape {
            Shape::Object(map) | Shape::Brief(_, map) | Shape::Rule(_, map) => {
                Some((outer.name, map.key(name)?.name))
            }
            _ => None,
        });
        let all: Vec<_> = found.collect();
        let there = all.iter().find(|(outer, _)| is_there(outer));
        there.or(all.first()).copied()
    }
}

impl Shape {
    /// What a value of this shape is called in messages.
    pub(in crate::config) fn noun(self) -> String {
        match self {
            Shape::List(item) => match item {
                Shape::Object(map) => format!("a list of {}", plural(map.noun)),
                Shape::Extend => "a list of presets and files".to_owned(),
                Shape::Glob => "a list of patterns".to_owned(),
                _ => "a list".to_owned(),
            },
            Shape::OneOrMany(item) => format!("{} or a list of them", item.noun()),
            Shape::Table(Shape::Object(map)) => {
                format!("a map from names to {}", plural(map.noun))
            }
            Shape::Object(map) => format!("{} (a map of keys and values)", map.noun),
            Shape::Labels => "a map from names to texts".to_owned(),
            _ => "a string".to_owned(),
        }
    }
}

fn plural(noun: &str) -> String {
    format!("{}s", noun.trim_start_matches("a "))
}

fn wrong_type(node: &Node, expected: &str, key: &str, d: &mut Diagnostics) {
    mismatch(node, expected, key, d);
}

fn mismatch<'d>(
    node: &Node,
    expected: &str,
    key: &str,
    d: &'d mut Diagnostics,
) -> &'d mut Diagnostic {
    let found = match node.text() {
        Some(text) => format!("{} `{}`", node.noun(), shortened(text)),
        None => node.noun().to_owned(),
    };
    d.error(
        node.span,
        format!("`{key}`: expected {expected}, found {found}"),
    )
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn text(node: &Node, shape: Shape, key: &str, d: &mut Diagnostics) -> bool {
    let Some(text) = node.text() else {
        wrong_type(node, "a string", key, d);
        return false;
    };
    if matches!(shape, Shape::Text) && (node.is_number() || node.flag().is_some()) {
        wrong_type(node, "a string", key, d);
        if let Some(last) = d.last() {
            last.help(format!("put it in quotes: `\"{}\"`", shortened(text)));
        }
        return false;
    }
    if text.trim().is_empty() {
        d.error(node.span, format!("`{key}` is empty"))
            .help("say it, or leave the key out");
        return false;
    }
    true
}

fn choice(node: &Node, words: &[&str], key: &str, d: &mut Diagnostics) {
    chosen(node, (words, words), key, d);
}

/// Notes what is none of the words; `told` are those that help names.
fn chosen(node: &Node, (words, told): (&[&str], &[&str]), key: &str, d: &mut Diagnostics) {
    let Some(text) = node.text() else {
        return wrong_type(node, "a string", key, d);
    };
    if !words.contains(&text) {
        let help = match closest(text, told.iter().copied()) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("it can be {}", listed(told)),
        };
        d.error(
            node.span,
            format!("`{}` is no value of `{key}`", shortened(text)),
        )
        .help(help);
    }
}

/// What is told of a rule's words: that `true` says the same as the first of them.
fn with_true(words: &[&'static str]) -> Vec<&'static str> {
    [&["true"], words].concat()
}

fn number(node: &Node, of: &[u64], key: &str, d: &mut Diagnostics) {
    let known = of.iter().map(u64::to_string).collect::<Vec<_>>();
    match node.whole() {
        Some(number) if of.contains(&number) => {}
        Some(number) => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            d.error(
                node.span,
                format!("this andon does not know `{key}` {number}"),
            )
            .help(format!("it can be {}", listed(&known)));
        }
        None => wrong_type(node, "a whole number", key, d),
    }
}

fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

fn format(node: &Node, key: &str, d: &mut Diagnostics) {
    let Some(text) = node.text() else {
        return wrong_type(node, "a string", key, d);
    };
    let ids = || formats::registry().map(|format| format.id);
    if ids().all(|id| id != text) {
        let diagnostic = d.error(
            node.span,
            format!("there is no format `{}`", shortened(text)),
        );
        diagnostic.help("`andon formats` lists those that are read");
        diagnostic.did_you_mean(closest(text, ids()));
    }
}

fn extend(node: &Node, key: &str, d: &mut Diagnostics) {
    if !text(node, Shape::Extend, key, d) {
        return;
    }
    let name = node.text().unwrap_or_default();
    if !presets::is_file(name) && presets::find(name).is_none() {
        let diagnostic = d.error(
            node.span,
            format!("there is no preset `{}`", shortened(name)),
        );
        diagnostic.help(format!(
            "it can be {}, or a path that ends in .yaml or .yml",
            listed(&presets::names())
        ));
        diagnostic.did_you_mean(closest(name, presets::names()));
    }
}

fn labels(node: &Node, key: &str, d: &mut Diagnostics) {
    let Yaml::Map(entries) = &node.value else {
        return wrong_type(node, &Shape::Labels.noun(), key, d);
    };
    for entry in entries {
        if entry.value.text().is_none() {
            wrong_type(&entry.value, "a string", &entry.key, d);
        }
    }
}

/// What to write for a key that alerts have and gates have not: what moves with what, or holds for a while, is of the whole history, and
/// no one run can be blamed for it.
fn of_alerts(map: &Map, key: &str) -> Option<String> {
    let example = match key {
        "correlation" => "{ metric: response_time, correlation: load, by: day }",
        "when" => "{ name: errors, when: \"error_rate > 5%\" }",
        _ => return None,
    };
    (map.noun == GATE.noun).then(|| {
        format!("`{key}` is of alerts, as it says something of the history and nothing of one run: `alerts: [{example}]`, and `andon alerts --fail` fails by it")
    })
}

fn object(node: &Node, map: &'static Map, key: &str, d: &mut Diagnostics) {
    let Yaml::Map(entries) = &node.value else {
        mismatch(node, &Shape::Object(map).noun(), key, d).help(map.known());
        return;
    };
    for entry in entries {
        match map.key(&entry.key) {
            Some(known) if std::ptr::eq(map, &POLICY) => d.under(known.name, |d| {
                check(&entry.value, known.shape, known.name, d);
            }),
            Some(known) => check(&entry.value, known.shape, known.name, d),
            None => {
                let names = map.keys.iter().map(|key| key.name);
                let diagnostic = d.error(
                    entry.key_span,
                    format!("{} has no key `{}`", map.noun, shortened(&entry.key)),
                );
                if let Some(help) = of_alerts(map, &entry.key) {
                    diagnostic.help(help);
                    continue;
                }
                let inside = || map.inside(&entry.key, |key| node.get(key).is_some());
                match closest(&entry.key, names) {
                    Some(name) => diagnostic.did_you_mean(Some(name)),
                    None => match inside() {
                        Some((outer, inner)) => diagnostic.help(format!(
                            "it is a key of `{outer}`: `{outer}: {{ {inner}: … }}`"
                        )),
                        None => diagnostic.help(map.known()),
                    },
                };
            }
        }
    }
}
