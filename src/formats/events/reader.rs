//! Telling how a file has its events, and reading them in any of these ways.

use serde::de::IgnoredAny;

use super::report::FORMATS;
use super::written::{Form, Written};
use super::{csv, json, openmetrics};
use crate::domain::report::Problem;
use crate::formats::{Format, Head, Input, Kind, Source, identify, samples};
use crate::text::fit::cut;

/// Characters that a message shows of a line.
const SHOWN: usize = 60;

impl Form {
    /// How the file that begins like this has its events; `None` if it is a report of another kind, or nothing known.
    pub fn told(head: &Head) -> Option<Form> {
        let known = identify(head);
        let known = known.first();
        match known.map(|format| format.kind) {
            Some(Kind::Metrics) => return Some(Form::OpenMetrics),
            // What states events without being a list of them is a report.
            Some(Kind::Events) if known.is_some_and(|format| is_events(format)) => {
                return Some(Form::of_events(head));
            }
            Some(_) => return None,
            None => {}
        }
        // JSON that is no report's can be meant for nothing else: what is wrong with it is told line by line.
        if begins_json(head.text.trim_start_matches('\u{feff}')) {
            return Some(Form::Json);
        }
        let mut lines = head.lines().filter(|line| !line.starts_with('#'));
        lines
            .next()
            .is_some_and(is_sample)
            .then_some(Form::OpenMetrics)
    }
}

fn is_events(format: &Format) -> bool {
    FORMATS.iter().any(|own| own.id == format.id)
}

/// Whether a text begins as objects or lists of them do, or with a line of JSON: a line of a log may begin with a bracket
/// too.
fn begins_json(text: &str) -> bool {
    let mut signs = text.chars().filter(|c| !c.is_whitespace());
    let first = text.trim_start().lines().next().unwrap_or_default();
    match (signs.next(), signs.next()) {
        (Some('{'), Some('"' | '}') | None) | (Some('['), Some('{' | '[' | ']') | None) => true,
        (Some('{' | '['), _) => serde_json::from_str::<IgnoredAny>(first).is_ok(),
        _ => false,
    }
}

/// Whether a line is a sample, with a number as its value and nothing behind it but a time or an exemplar. A sentence can
/// begin like one.
fn is_sample(line: &str) -> bool {
    let Ok(Some(sample)) = samples::sample(line) else {
        return false;
    };
    let is_time = sample.time.is_none_or(|time| time.parse::<f64>().is_ok());
    sample.number().is_some() && is_time
}

/// What is said of a text that holds neither events nor a report: its first line that is no comment, and the forms of
/// events.
pub fn stray(head: &Head) -> String {
    let lines = || (1_u64..).zip(head.text.trim_start_matches('\u{feff}').lines());
    let says = |(_, line): &(u64, &str)| !line.trim().is_empty();
    let mut said = lines().filter(says);
    let first = said.clone().find(|(_, line)| !line.starts_with('#'));
    let (number, line) = first.or_else(|| said.next()).unwrap_or((1, ""));
    let hint = csv::lacks(line).map_or_else(String::new, |lacks| format!("; {lacks}"));
    format!(
        "line {number}, `{}`, begins neither a report that andon knows nor events: those are JSON lines \
         (`{{\"name\": \"latency\", \"value\": 1.5}}`), CSV whose header names `name` and `value` between commas, or \
         OpenMetrics (`latency{{os=\"linux\"}} 1.5`){hint}",
        cut(line.trim(), SHOWN)
    )
}

/// Reads events to the end of the file, and hands over each with its line. One that cannot be read costs no other.
///
/// # Errors
/// When the file cannot be read or its form is broken for good, or `take` fails; what was handed over before stays so.
pub fn read(
    path: &str,
    source: &mut Source,
    form: Form,
    take: &mut dyn FnMut(Written<'_>) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let mut problems = Vec::new();
    let mut input = Input {
        path,
        source,
        problems: &mut problems,
    };
    match form {
        Form::Json => json::read(&mut input, take)?,
        Form::Csv => csv::read(&mut input, take)?,
        Form::OpenMetrics => openmetrics::read(&mut input, take)?,
    }
    input.rest()
}

#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::domain::event::Raw;
    use crate::formats::Limits;

    /// What is read of a text: the line of each, and its name and value or what is wrong.
    pub(in crate::formats::events) fn events(text: &str) -> Vec<(u64, Result<Raw, String>)> {
        let bytes = std::io::Cursor::new(text.to_owned().into_bytes());
        let mut source = Source::new(Box::new(bytes), Limits::default()).unwrap();
        let form = Form::told(&source.head().unwrap()).unwrap();
        let mut all = Vec::new();
        let end = read("a", &mut source, form, &mut |written| {
            all.push((written.line, written.event.map_err(|error| error.0)));
            Ok(())
        });
        if let Err(problem) = end {
            let line = problem.place.map_or(0, |place| place.line);
            all.push((line, Err(problem.message)));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stray_text_is_no_events_and_its_first_line_is_named() {
        for (text, said) in [
            (
                "INFO starting the server\nINFO up\n",
                "line 1, `INFO starting the server`",
            ),
            (
                "\n# Title\n\nVersion 2 of the program\n",
                "line 4, `Version 2 of the program`",
            ),
            ("# Only a title\n", "line 1, `# Only a title`"),
            ("[INFO] up\n", "line 1, `[INFO] up`"),
            ("[2026-11-22 07:00] up\n", "line 1, `[2026-11-22 07:00] up`"),
            ("{braces} in prose", "line 1, `{braces} in prose`"),
            ("name;value\na;1\n", "`name;value`"),
        ] {
            let head = Head::new(text.to_owned());
            assert_eq!(Form::told(&head), None, "{text}");
            let message = stray(&head);
            assert!(message.contains(said), "{message}");
            for form in ["JSON lines", "CSV", "OpenMetrics"] {
                assert!(message.contains(form), "{message}");
            }
        }
        let of = |text: &str| stray(&Head::new(text.to_owned()));
        assert!(
            of("name;value\na;1\n").ends_with("its columns are separated by `;`: write commas")
        );
        assert!(
            of("name\tvalue\na\t1\n").ends_with("its columns are separated by tabs: write commas")
        );
        assert!(of("timestamp,name,amount\n").ends_with("this header names no `value`"));
        assert!(of("value,os\n").ends_with("this header names no `name`"));
        assert!(of(&"x".repeat(1_000)).len() < 400);
    }

    #[test]
    fn the_form_is_told_from_the_content() {
        let told = |text: &str| Form::told(&Head::new(text.to_owned()));
        assert_eq!(told("{\"name\":\"a\",\"value\":1}\n"), Some(Form::Json));
        assert_eq!(
            told("[\n {\"name\":\"a\",\"value\":1}\n]"),
            Some(Form::Json)
        );
        assert_eq!(told("timestamp,name,value,os\n"), Some(Form::Csv));
        assert_eq!(told("# TYPE a gauge\na 1\n"), Some(Form::OpenMetrics));
        assert_eq!(told("a{b=\"c\"} 1 1700000000\n"), Some(Form::OpenMetrics));
        assert_eq!(told("<coverage line-rate=\"0.5\"/>"), None);
        assert_eq!(told("hello, world"), None);
        assert_eq!(told("a 1\nup NaN\n"), Some(Form::OpenMetrics));
        assert_eq!(
            told("a 1 1700000000 # {id=\"x\"} 1\n"),
            Some(Form::OpenMetrics)
        );
        // So does what `andon run --json` writes.
        assert_eq!(told(r#"{"andon_run":1,"name":"a","runs":[]}"#), None);
        // github-action-benchmark's lists look like events, and are benchmarks.
        assert_eq!(told(r#"[{"name":"a","unit":"ms","value":1}]"#), None);
    }
}
