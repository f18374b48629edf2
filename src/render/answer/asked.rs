//! A question in plain words: the queries that it is, with their answers, for programs and for pages.

use serde_json::{Value, json};

use super::csv::row_of;
use super::question::Question;
use super::{json, markdown};
use crate::text::escape::csv::cell;
use crate::text::escape::markdown::code;

/// One of the queries that a question is.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The command that asks it.
    pub command: String,
    /// Its answer, if it was run.
    pub answered: Option<Question>,
}

impl Asked {
    /// Each command, and the answer below it.
    pub fn markdown(all: &[Asked]) -> String {
        let part = |asked: &Asked| {
            let answer = asked.answered.as_ref().map(markdown);
            let answer = answer.map_or_else(String::new, |answer| format!("\n{answer}"));
            format!("{}\n{answer}", code(&asked.command))
        };
        let parts: Vec<String> = all.iter().map(part).collect();
        parts.join("\n")
    }

    /// Each command with its answer as `andon query` writes it, version 1.
    ///
    /// # Errors
    /// When an answer cannot be written as JSON.
    pub fn json(all: &[Asked]) -> serde_json::Result<String> {
        let one = |asked: &Asked| {
            let answer = match &asked.answered {
                Some(question) => serde_json::from_str(&json(question)?)?,
                None => Value::Null,
            };
            Ok(json!({ "command": asked.command, "answer": answer }))
        };
        let queries = all.iter().map(one);
        let queries = queries.collect::<serde_json::Result<Vec<Value>>>()?;
        let document = json!({ "andon_ask": 1, "queries": queries });
        Ok(serde_json::to_string_pretty(&document)? + "\n")
    }

    /// One table of all answers: the span that each is of, then the columns of `andon query`, which they have in common.
    ///
    /// # Errors
    /// When a row cannot be written, which memory alone could be the reason of.
    pub fn csv(all: &[Asked]) -> Result<String, csv::Error> {
        let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
        let answers = || all.iter().filter_map(|asked| asked.answered.as_ref());
        if let Some(first) = answers().next() {
            let ends = ["from", "until"].map(str::to_owned);
            writer.write_record(ends.into_iter().chain(super::csv::header(first)))?;
        }
        for question in answers() {
            let query = &question.query;
            let ends = [query.from, query.until];
            let ends = ends.map(|at| at.map_or_else(String::new, |at| at.to_string()));
            for row in &question.answer.rows {
                let ends = ends.iter().map(|at| cell(at).into_owned());
                writer.write_record(ends.chain(row_of(row)))?;
            }
        }
        let bytes = writer.into_inner().map_err(|error| error.into_error())?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::super::question::cases::{by_day, by_name};
    use super::*;

    fn both() -> Vec<Asked> {
        let asked = |command: &str, answered| Asked {
            command: command.to_owned(),
            answered,
        };
        vec![
            asked("andon query --where 'a=|<b>`'", Some(by_day())),
            asked("andon query --group-by backend", Some(by_name())),
            asked("andon query", None),
        ]
    }

    #[test]
    fn each_query_stands_before_its_answer() {
        insta::assert_snapshot!(Asked::markdown(&both()));
    }

    #[test]
    fn programs_get_one_document_of_all() {
        let text = Asked::json(&both()).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["andon_ask"], 1);
        let queries = &document["queries"];
        assert_eq!(queries[0]["answer"]["andon_query"], 1);
        assert_eq!(queries[1]["command"], "andon query --group-by backend");
        assert_eq!(queries[2]["answer"], Value::Null);
    }

    #[test]
    fn spreadsheets_get_one_table_with_the_span_of_each() {
        let mut spans = [by_name(), by_name()];
        for (question, day) in spans.iter_mut().zip(["01", "08"]) {
            question.query.from = format!("2026-03-{day}T00:00:00Z").parse().ok();
        }
        let asked = spans.map(|question| Asked {
            command: String::new(),
            answered: Some(question),
        });
        insta::assert_snapshot!(Asked::csv(&asked).unwrap());
        assert_eq!(Asked::csv(&[]).unwrap(), "");
    }
}
