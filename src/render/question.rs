//! A question about series as the command line that asks it.

use std::borrow::Cow;

use crate::domain::ask::Sorted;
use crate::domain::series::Query;

/// The `andon query` that asks it, ready for a shell.
pub fn command(query: &Query, order: Option<Sorted>, most: Option<usize>) -> String {
    let mut words = vec!["andon".to_owned(), "query".to_owned()];
    let mut option = |name: &str, value: &str| {
        words.push(format!("--{name}"));
        words.push(quoted(value).into_owned());
    };
    for metric in &query.metrics {
        option("metric", metric);
    }
    if let Some(from) = query.from {
        option("from", &from.to_string());
    }
    if let Some(until) = query.until {
        option("to", &until.to_string());
    }
    for filter in &query.filters {
        option("where", &filter.to_string());
    }
    if !query.groups.is_empty() {
        let groups: Vec<&str> = query.groups.iter().map(|group| group.word()).collect();
        option("group-by", &groups.join(","));
    }
    if !query.stats.is_empty() {
        let stats: Vec<String> = query.stats.iter().map(ToString::to_string).collect();
        option("stat", &stats.join(","));
    }
    if let Some(Sorted { by, descending }) = order {
        option(
            "sort",
            &format!("{}{by}", if descending { "-" } else { "" }),
        );
    }
    if let Some(most) = most {
        option("limit", &most.to_string());
    }
    words.join(" ")
}

/// A word as a POSIX shell takes it: what is not plainly harmless stands in single quotes.
pub fn quoted(word: &str) -> Cow<'_, str> {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(harmless) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(format!("'{}'", word.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::ask::{Vocabulary, ask};
    use crate::domain::event::Context;
    use crate::domain::series::{Filter, Key};
    use crate::domain::unit::Unit;

    /// The page, whose tables are the tests.
    const PAGE: &str = include_str!("../../docs/ask.md");

    /// What the page says that the history of its examples has.
    fn vocabulary() -> Vocabulary {
        let key = |name: &str, dimensions: &[(&str, &str)]| {
            let mut key = Key::new(name, Unit::Seconds);
            for (name, value) in dimensions {
                key.dimensions
                    .insert((*name).to_owned(), (*value).to_owned());
            }
            key
        };
        let mut keys = vec![
            key("coverage.line", &[]),
            key("coverage.branch", &[]),
            key("coverage.line", &[("component", "api")]),
            key("error_rate", &[("component", "api")]),
            key("error_rate", &[("component", "web"), ("region", "west")]),
            key("memory.peak", &[("runner_class", "large")]),
            key("tests.failed", &[("team", "west")]),
        ];
        for operation in ["install", "search", "list"] {
            for backend in ["nix", "apt"] {
                let dimensions = [("operation", operation), ("backend", backend)];
                keys.push(key("response_time", &dimensions));
            }
        }
        let run = |branch: &str| Context {
            branch: branch.to_owned(),
            repository: "acme/shop".to_owned(),
            ..Context::default()
        };
        Vocabulary::of(keys, &[run("main"), run("release/2")])
    }

    fn answer(question: &str) -> String {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        match ask(question, &vocabulary(), now) {
            Err(misread) => misread.to_string(),
            Ok(question) => {
                let mut lines = vec![command(&question.query, question.order, question.most)];
                let compared = question.compared.as_ref();
                lines.extend(compared.map(|query| command(query, question.order, question.most)));
                lines.join("\n")
            }
        }
    }

    /// The questions of the page with what it says of each: two fenced lines and more, the first after `> `.
    fn examples() -> Vec<(&'static str, String)> {
        let mut found = Vec::new();
        for block in PAGE.split("\n```text\n> ").skip(1) {
            let body = block.split("\n```").next().unwrap();
            let (question, answer) = body.split_once('\n').unwrap();
            found.push((question, answer.to_owned()));
        }
        found
    }

    #[test]
    fn the_page_tells_the_truth() {
        let examples = examples();
        assert!(examples.len() >= 25, "{} examples", examples.len());
        let wrong: Vec<String> = examples
            .into_iter()
            .filter(|(question, wanted)| answer(question) != *wanted)
            .map(|(question, _)| format!("> {question}\n{}", answer(question)))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    }

    #[test]
    fn what_is_foreign_stays_one_word_of_the_shell() {
        let query = Query {
            metrics: vec!["a".to_owned()],
            filters: vec![Filter {
                name: "op".to_owned(),
                values: vec!["x'; rm -rf $HOME".to_owned()],
                not: false,
            }],
            ..Query::default()
        };
        assert_eq!(
            command(&query, None, None),
            r"andon query --metric a --where 'op=x'\''; rm -rf $HOME'"
        );
    }

    proptest::proptest! {
        #[test]
        fn no_question_hangs_or_panics(question in "([a-z0-9=!,\"? ]|p95 |by |last |since |march |of ){0,40}") {
            let _ = answer(&question);
        }
    }
}
