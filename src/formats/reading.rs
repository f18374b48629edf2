//! From a file to a [`Report`]: open, tell the format, parse, keep what could be read.

use globset::Glob;

use super::format::{Format, Kind};
use super::head::Head;
use super::input::Input;
use super::known::identify;
use super::limits::Limits;
use super::mistaken::mistaken;
use super::registry;
use super::source::Source;
use crate::domain::measurement::Labels;
use crate::domain::report::{Content, Problem, Report};

use std::io::Read;

/// Reads a report. `forced` is the format that the policy states, if any; else it is told from the content.
/// Whatever goes wrong is a problem of the report, and what could be read is kept.
pub fn read(
    path: &str,
    file: Box<dyn Read + Send>,
    forced: Option<&'static Format>,
    labels: Labels,
    limits: &Limits,
) -> Report {
    let mut report = Report {
        path: path.to_owned(),
        format: "",
        labels,
        content: Content::default(),
        problems: Vec::new(),
    };
    if let Err(problem) = read_into(&mut report, file, forced, limits) {
        report.problems.push(problem);
    }
    report
}

fn read_into(
    report: &mut Report,
    file: Box<dyn Read + Send>,
    forced: Option<&'static Format>,
    limits: &Limits,
) -> Result<(), Problem> {
    let mut source = Source::new(file, limits.clone()).map_err(super::input::unreadable)?;
    let head = source.head().map_err(super::input::unreadable)?;
    if head.text.trim().is_empty() {
        return Err(Problem::error(
            "the file is empty: the tool that should have written it did not finish, or had nothing to look at",
        ));
    }
    let format = match forced {
        Some(format) => format,
        None => recognise(&head, &report.path)?,
    };
    report.format = format.id;
    let mut input = Input {
        path: &report.path,
        source: &mut source,
        problems: &mut report.problems,
    };
    let result = (format.parse)(&mut input, &mut report.content).and_then(|()| input.rest());
    if forced.is_some()
        && let Some(problem) = mistaken(format, &head, &report.content, result.is_err())
    {
        report.content = Content::default();
        report.problems.clear();
        return Err(problem);
    }
    if let Some(coverage) = &mut report.content.coverage {
        coverage.finish();
        if result.is_ok() && coverage.is_empty() && report.problems.is_empty() {
            report.problems.push(Problem::warning(
                "it tells of the coverage of no file: nothing was instrumented, or everything was left out",
            ));
        }
    }
    result
}

fn recognise(head: &Head, path: &str) -> Result<&'static Format, Problem> {
    match identify(head).as_slice() {
        [format] => Ok(format),
        [] => clean(head, path).ok_or_else(|| Problem::error(
            "no known format begins like this; `andon formats` lists those that are read, and `format:` in the policy names one",
        )),
        several => Err(Problem::error(format!(
            "could be any of {}; name one with `format:` in the policy",
            several
                .iter()
                .map(|format| format.id)
                .collect::<Vec<_>>()
                .join(", ")
        ))),
    }
}

/// The format of a report that is an empty list: what several linters write that found nothing. The content says no more,
/// so that here the name decides, if it is one under which just one of them is looked for.
fn clean(head: &Head, path: &str) -> Option<&'static Format> {
    if head.text.trim_start_matches('\u{feff}').trim() != "[]" {
        return None;
    }
    let named = |format: &&'static Format| {
        let listed = matches!(format.kind, Kind::Findings | Kind::Security);
        let fits =
            |glob: &&str| Glob::new(glob).is_ok_and(|glob| glob.compile_matcher().is_match(path));
        listed && format.default_paths.iter().any(fits)
    };
    let mut named = registry().filter(named);
    named.next().filter(|_| named.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::testing::report;

    #[test]
    fn coverage_of_no_file_is_told() {
        let head = r#"<coverage line-rate="0.5" lines-covered="3" lines-valid="6"><packages>"#;
        let told = |text: &str| report("cobertura", text).problems.len();
        assert_eq!(told(&format!("{head}</packages></coverage>")), 1);
        let class =
            r#"<package><classes><class filename="a.py"><lines/></class></classes></package>"#;
        assert_eq!(told(&format!("{head}{class}</packages></coverage>")), 0);
    }

    #[test]
    fn an_empty_list_is_of_the_format_whose_name_it_bears() {
        let head = Head::new("\u{feff} []\n".to_owned());
        for (path, format) in [
            ("reports/ruff.json", Some("ruff")),
            ("eslint.json", Some("eslint")),
            ("out/pylint-report.json", Some("pylint")),
            ("findings.json", None),
        ] {
            let known = recognise(&head, path).ok().map(|format| format.id);
            assert_eq!(known, format, "{path}");
        }
        let other = Head::new("[1]".to_owned());
        assert!(recognise(&other, "ruff.json").is_err());
    }
}
