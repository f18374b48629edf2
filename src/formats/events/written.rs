//! How events are written, and reading them in any of these ways.

use super::{csv, json, openmetrics};
use crate::domain::event::{Context, Invalid, Raw};
use crate::domain::report::Problem;
use crate::formats::{Head, Input, Kind, Source, identify, samples};

/// An event as a file has it.
#[derive(Debug)]
pub struct Written<'a> {
    /// The line that it begins on, from 1; of events that share a line, that one.
    pub line: u64,
    /// The event, or why there is none to be read.
    pub event: Result<Raw, Invalid>,
    /// What stands there, for those that are no event.
    pub text: &'a str,
    /// What the file says of the run that it comes from.
    pub context: Option<&'a Context>,
}

/// What takes events as they come.
pub(super) type Take<'t> = &'t mut dyn FnMut(Written<'_>) -> Result<(), Problem>;

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON: an event, a list of events or `{"events": […]}` on each line, or any of these as one document.
    Json,
    /// CSV with a header that names the members.
    Csv,
    /// OpenMetrics or the Prometheus text format.
    OpenMetrics,
}

impl Form {
    /// How a file that is known to have events has them, if it is not OpenMetrics.
    pub(super) fn of_events(head: &Head) -> Form {
        match head.is_json() {
            true => Form::Json,
            false => Form::Csv,
        }
    }

    /// How the file that begins like this has its events; `None` if it is a report of another kind, or nothing known.
    pub fn told(head: &Head) -> Option<Form> {
        let known = identify(head);
        match known.first().map(|format| format.kind) {
            Some(Kind::Metrics) => return Some(Form::OpenMetrics),
            Some(Kind::Events) => return Some(Form::of_events(head)),
            Some(_) => return None,
            None => {}
        }
        // JSON that is no report's can be meant for nothing else: what is wrong with it is told line by line.
        if head.is_json() {
            return Some(Form::Json);
        }
        let mut lines = head.lines().filter(|line| !line.starts_with('#'));
        let sample = |line: &str| matches!(samples::sample(line), Ok(Some(_)));
        lines
            .next()
            .is_some_and(sample)
            .then_some(Form::OpenMetrics)
    }
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
        // github-action-benchmark's lists look like events, and are benchmarks.
        assert_eq!(told(r#"[{"name":"a","unit":"ms","value":1}]"#), None);
    }
}
