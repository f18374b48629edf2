//! ruff's texts: `concise`, `full`, `grouped`, `pylint`, `github` and `azure`.

use super::super::super::{Head, Input};
use super::super::lines::{self, Line, located};
use super::{FORMAT, Location, Run, Violation};
use crate::domain::report::Problem;

/// What is said where nothing was found.
const PASSED: &str = "All checks passed!";

/// What a line says of a violation; most forms say everything in one.
enum Said {
    /// All of it.
    Whole(Violation),
    /// `grouped` has the file above.
    Path(String),
    /// `grouped`: the place and the text, below the file.
    InFile(Violation),
    /// `full` has the rule and the text above the place.
    Title(Violation),
    /// `full`: the place, below the title.
    At(String, Location),
    /// The number of violations.
    Total(u64),
}

/// Whether a text is ruff's. Others write the same lines of the same rules, in words of their own: flake8's begin small.
pub(super) fn sniff(head: &Head) -> bool {
    let (mut own, mut total, mut any, mut title) = (false, false, false, false);
    let mut written = head.lines().filter(|line| !line.is_empty()).peekable();
    if written.peek() == Some(&PASSED) {
        return written.all(|line| line == PASSED);
    }
    for line in written {
        let above = std::mem::take(&mut title);
        match said(line) {
            Some(Said::Total(_)) => total = true,
            Some(Said::Title(_)) => title = true,
            Some(Said::At(..)) => own |= above,
            Some(Said::Whole(violation) | Said::InFile(violation)) => {
                any = true;
                if violation.is_of_flake8() {
                    return false;
                }
                own |= violation.is_of_ruff() || line.starts_with("::error title=");
            }
            Some(Said::Path(_)) | None => {}
        }
    }
    own || total && any
}

/// Reads the violations.
pub(super) fn read(run: &mut Run, input: &mut Input<'_>) -> Result<(), Problem> {
    let (mut path, mut title) = (String::new(), None);
    let (mut total, mut read) = (None, 0_u64);
    lines::read(input, &FORMAT, |line| {
        let violation = match said(line) {
            Some(Said::Whole(violation)) => violation,
            Some(Said::InFile(violation)) if !path.is_empty() => Violation {
                filename: path.clone(),
                ..violation
            },
            Some(Said::At(filename, location)) => match title.take() {
                Some(violation) => Violation {
                    filename,
                    location,
                    ..violation
                },
                None => return Line::Other,
            },
            Some(Said::Path(name)) => {
                path = name;
                return Line::Announced;
            }
            Some(Said::Title(violation)) => {
                title = Some(violation);
                return Line::Other;
            }
            Some(Said::Total(stated)) => {
                total = Some(stated);
                return match stated {
                    0 => Line::Clean,
                    _ => Line::Announced,
                };
            }
            Some(Said::InFile(_)) => return Line::Other,
            None if line == PASSED => return Line::Clean,
            None => return Line::Other,
        };
        read += 1;
        run.take(violation);
        Line::Finding
    })?;
    match total {
        Some(total) if total != read => Err(Problem::error(format!(
            "it says that it found {total} errors, and {read} could be read: write it with `--output-format json`"
        ))),
        _ => Ok(()),
    }
}

fn said(line: &str) -> Option<Said> {
    if let Some(found) = line.strip_prefix("Found ") {
        return total(found).map(Said::Total);
    }
    if let Some(command) = line.strip_prefix("::") {
        // The text repeats the place and the rule; the place that comes first is the file's whole name.
        let (members, text) = command.split_once("::")?;
        let (_, path) = members.split_once(",file=")?;
        let (path, _) = path.split_once(",line=")?;
        let Some(Said::Whole(violation)) = said(text) else {
            return None;
        };
        let filename = path.to_owned();
        return Some(Said::Whole(Violation {
            filename,
            ..violation
        }));
    }
    if let Some(command) = line.strip_prefix("##vso[task.logissue type=") {
        return azure(command).map(Said::Whole);
    }
    let place = line.trim_start();
    if let Some(place) = place.strip_prefix("--> ") {
        let (place, column) = place.rsplit_once(':')?;
        let (path, row) = place.rsplit_once(':')?;
        let (row, column) = (row.parse().ok()?, column.parse().ok()?);
        return Some(Said::At(path.to_owned(), Location { row, column }));
    }
    if place.len() < line.len() {
        let (row, rest) = place.split_once(':')?;
        let (column, text) = rest.split_once(' ')?;
        let (row, column) = (row.parse().ok()?, column.parse().ok()?);
        return violation("", Location { row, column }, text.trim_start()).map(Said::InFile);
    }
    if let Some(at) = located(line) {
        let location = Location {
            row: at.line,
            column: at.column.unwrap_or(0),
        };
        return violation(at.path, location, at.rest).map(Said::Whole);
    }
    if let Some(path) = line.strip_suffix(':') {
        let named = path.ends_with(".py") || path.ends_with(".pyi") || path.ends_with(".ipynb");
        return named.then(|| Said::Path(path.to_owned()));
    }
    violation("", Location::default(), line).map(Said::Title)
}

/// `3 errors.`, or of those that are left `5 errors (3 fixed, 2 remaining).`
fn total(found: &str) -> Option<u64> {
    let (number, rest) = found.split_once(" error")?;
    let rest = rest.strip_prefix('s').unwrap_or(rest);
    if rest == "." {
        return number.parse().ok();
    }
    let left = rest.strip_prefix(" (")?.strip_suffix(" remaining).")?;
    left.rsplit_once(", ")?.1.parse().ok()
}

fn azure(command: &str) -> Option<Violation> {
    let (members, text) = command.split_once(";]")?;
    let member = |name: &str| {
        let mut members = members.split(';');
        members.find_map(|member| member.strip_prefix(name)?.strip_prefix('='))
    };
    let number = |name| member(name).and_then(|number| number.parse().ok());
    Some(Violation {
        code: member("code").map(str::to_owned),
        filename: member("sourcepath")?.to_owned(),
        message: text.to_owned(),
        location: Location {
            row: number("linenumber")?,
            column: number("columnnumber").unwrap_or(0),
        },
        ..Violation::default()
    })
}

/// The violation of `S101 [*] text`, `[S101] text`, and of a file that cannot be parsed.
fn violation(path: &str, location: Location, text: &str) -> Option<Violation> {
    let broken = ["invalid-syntax: ", "[invalid-syntax] ", "SyntaxError: "];
    let unparsed = broken.iter().find_map(|what| text.strip_prefix(what));
    let (code, text) = match unparsed {
        Some(text) => (None, text),
        None => {
            let (code, text) = lines::code(text)?;
            (Some(code.to_owned()), text)
        }
    };
    Some(Violation {
        code,
        filename: path.to_owned(),
        message: text.strip_prefix("[*] ").unwrap_or(text).to_owned(),
        location,
        ..Violation::default()
    })
}

impl Violation {
    /// Whether flake8 has the rule: of what cannot be parsed both say the same.
    fn is_shared(&self) -> bool {
        let code = self.code.as_deref().unwrap_or_default();
        (code == "C901" || code.starts_with(['E', 'W', 'F'])) && !code.starts_with("E9")
    }

    fn is_of_flake8(&self) -> bool {
        let small = |first: char| first.is_lowercase() || first == '\'';
        self.is_shared()
            && self.message.starts_with(small)
            && !self.message.contains('`')
            && !self.message.starts_with("f-string without ")
    }

    fn is_of_ruff(&self) -> bool {
        let own = |code: &str| {
            ["PLR", "PLW", "PLC", "PLE", "RUF"]
                .iter()
                .any(|of| code.starts_with(of))
        };
        let python = [".py", ".pyi", ".ipynb"];
        let path = &self.filename;
        match &self.code {
            _ if !path.is_empty() && !python.iter().any(|end| path.ends_with(end)) => false,
            None => true,
            Some(code) => own(code) || self.is_shared() || self.message.contains('`'),
        }
    }
}
