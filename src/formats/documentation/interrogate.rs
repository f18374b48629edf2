//! interrogate's output: a line with the share alone, with `-v` a table of files, with `-vv` one of all things too.

use super::super::{Format, Head, Input, Kind, Limits};
use crate::domain::catalogue::DOCUMENTATION_COUNTED;
use crate::domain::report::{
    Content, Documentation, Documented, FileDocumentation, Item, ItemKind, Problem,
};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "interrogate",
    title: "interrogate's output",
    kind: Kind::Documentation,
    producers: &["interrogate", "interrogate -v", "interrogate -vv"],
    default_paths: &["**/interrogate*.txt"],
    sniff,
    parse,
    reads: "What is documented and what is missing: totals, files, and names in the verbose form.",
    omits: "The badge and the verdict.",
    supplies: &[DOCUMENTATION_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let mut lines = head.lines();
    let Some(first) = lines.next() else {
        return false;
    };
    let title = first.trim_matches('=').trim();
    result(first).is_some()
        || (first.starts_with('=')
            && title.starts_with("Coverage for ")
            && lines.next().is_some_and(|line| line.starts_with("-----")))
}

/// The share in `RESULT: FAILED (minimum: 80.0%, actual: 66.3%)`, in percent.
fn result(line: &str) -> Option<f64> {
    let text = line.trim_matches(['-', ' ']).strip_prefix("RESULT: ")?;
    let (_, share) = text.split_once("actual: ")?;
    let share: f64 = share.split_once('%')?.0.parse().ok()?;
    (0.0..=100.0).contains(&share).then_some(share)
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut reading = Reading {
        said: content.documentation.insert(Documentation {
            producer: "interrogate".into(),
            ..Documentation::default()
        }),
        limits: input.source.limits().clone(),
        folder: String::new(),
        file: String::new(),
        share: None,
        omitted: false,
    };
    input.each_line(|_, number, line| {
        reading
            .line(line)
            .map_err(|what| Problem::error(what).at_line(number))
    })?;
    let Reading {
        said,
        share,
        omitted,
        ..
    } = reading;
    let Some(share) = share else {
        return Err(Problem::error("ends without its result: it is truncated"));
    };
    match said.total {
        None if said.files.is_empty() && said.items.is_empty() => {
            said.percent = Some(share);
            input.warn(Problem::warning(
                "states nothing but a share, rounded; `interrogate -vv` names what lacks documentation",
            ));
        }
        Some(total) if total == said.sum() => {}
        // What `--omit-covered-files` leaves out lacks nothing.
        Some(total) if omitted && total.missing() == said.sum().missing() => {}
        _ => {
            return Err(Problem::error(
                "the rows are not as many as its total says: something is missing",
            ));
        }
    }
    Ok(())
}

struct Reading<'a> {
    said: &'a mut Documentation,
    limits: Limits,
    /// The folder that the files' names are relative to, with a final separator.
    folder: String,
    /// The file whose things are being listed.
    file: String,
    share: Option<f64>,
    /// Whether it says that files without anything missing are left out.
    omitted: bool,
}

impl Reading<'_> {
    fn line(&mut self, line: &str) -> Result<(), String> {
        if let Some(share) = result(line) {
            self.share = Some(share);
        } else if line.starts_with('=') {
            let title = line.trim_matches('=').trim();
            self.folder = title.strip_prefix("Coverage for ").unwrap_or("").to_owned();
        } else if let Some(row) = line.strip_prefix("| ") {
            let row = row
                .trim_end()
                .strip_suffix('|')
                .ok_or("a row without an end")?;
            // Names come first and may hold anything.
            let mut cells: Vec<&str> = row.rsplitn(5, '|').map(str::trim).collect();
            cells.reverse();
            match cells.as_slice() {
                [.., "Status"] | [.., "Cover%"] => {}
                [name, total, _, cover, _] => self.file(name, total, cover)?,
                [name, status] => self.item(name, status)?,
                [note] if note.contains(" omitted due to complete coverage") => self.omitted = true,
                _ => return Err("a row that is neither of a file nor of a thing".to_owned()),
            }
        }
        Ok(())
    }

    fn file(&mut self, name: &str, total: &str, documented: &str) -> Result<(), String> {
        let number = |text: &str| {
            text.parse::<u64>()
                .map_err(|_| format!("`{text}` is no number"))
        };
        let (total, documented) = (number(total)?, number(documented)?);
        if documented > total {
            return Err("more is documented than there is".to_owned());
        }
        let tally = Documented { documented, total };
        if name == "TOTAL" {
            self.said.total = Some(tally);
        } else {
            let path = self.path(name);
            self.said.files.push(FileDocumentation { path, tally });
        }
        Ok(())
    }

    fn item(&mut self, name: &str, status: &str) -> Result<(), String> {
        let documented = match status {
            "COVERED" => true,
            "MISSED" => false,
            // With --ignore-module a file's row only says which one it is.
            "" => {
                self.file = self.path(name);
                return Ok(());
            }
            _ => return Err(format!("`{status}` is no status")),
        };
        let (name, line, kind) = if let Some(file) = name.strip_suffix(" (module)") {
            self.file = self.path(file);
            ("", 1, ItemKind::Module)
        } else {
            let place = name
                .strip_suffix(')')
                .and_then(|name| name.rsplit_once(" (L"));
            let (name, line) = place.ok_or("a thing without a line")?;
            let line = line.parse().map_err(|_| "a thing without a line")?;
            (name, line, ItemKind::Definition)
        };
        self.said.items.push(Item {
            path: self.file.clone(),
            name: self.limits.cap(name.to_owned()),
            line,
            kind,
            documented,
        });
        Ok(())
    }

    fn path(&self, name: &str) -> String {
        self.limits.cap(format!("{}{name}", self.folder))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::documentation;

    #[test]
    fn what_ends_early_or_does_not_add_up_is_a_problem() {
        let whole = "== Coverage for /x/ ==\n---- Summary ----\n| a.py |  3 |  2 |  1 | 33% |\n\
            | TOTAL |  3 |  2 |  1 | 33.3% |\n-- RESULT: FAILED (minimum: 80.0%, actual: 33.3%) --\n";
        let (said, problems) = documentation("interrogate", whole);
        assert_eq!(problems, [""; 0]);
        assert_eq!(
            (said.files[0].path.as_str(), said.sum().missing()),
            ("/x/a.py", 2)
        );
        let cut = whole.split_once("-- RESULT").unwrap().0;
        let lost = whole.replace("| a.py |  3 |  2 |  1 | 33% |\n", "");
        let strange = whole.replace("|  3 |  2 |  1 | 33% |", "|  3 |  2 |  4 | 33% |");
        for wrong in [cut, &lost, &strange] {
            let (_, problems) = documentation("interrogate", wrong);
            assert_eq!(problems.len(), 1, "{wrong}");
        }
    }
}
