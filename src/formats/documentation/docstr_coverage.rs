//! docstr-coverage's output: what lacks documentation, by file and without lines, and a total. Files that lack nothing
//! are not listed, unless it was asked for more.

use super::super::{Format, Head, Input, Kind};
use crate::domain::catalogue::DOCUMENTATION_COUNTED;
use crate::domain::report::{
    Content, Documentation, Documented, FileDocumentation, Item, ItemKind, Problem,
};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "docstr_coverage",
    title: "docstr-coverage's output",
    kind: Kind::Documentation,
    producers: &["docstr-coverage"],
    default_paths: &["**/docstr*coverage*.txt"],
    sniff,
    parse,
    reads: "Totals, files, and the names of what is missing.",
    omits: "The grade.",
    supplies: &[DOCUMENTATION_COUNTED],
};

fn sniff(head: &Head) -> bool {
    let mut lines = head.lines();
    lines.any(|line| tally(line).is_some())
        && (head.lines()).any(|line| opened(line).is_some() || line.starts_with(TOTALS))
}

/// What stands above the total.
const TOTALS: &str = "Overall statistics";

/// The path in `File: "…"`.
fn opened(line: &str) -> Option<&str> {
    line.strip_prefix("File: \"")?.strip_suffix('"')
}

/// The figures in `Needed: 3; Found: 1; Missing: 2; …` and in `Needed: 3  -  Found: 1  -  Missing: 2`.
fn tally(line: &str) -> Option<Documented> {
    let (needed, rest) = line
        .trim()
        .strip_prefix("Needed: ")?
        .split_once("Found: ")?;
    let (found, missing) = rest.split_once("Missing: ")?;
    let number = |text: &str| {
        let end = text.find(|c: char| !c.is_ascii_digit());
        text.get(..end.unwrap_or(text.len()))?.parse::<u64>().ok()
    };
    let (total, documented) = (number(needed)?, number(found)?);
    (number(missing)? == total.checked_sub(documented)?).then_some(Documented { documented, total })
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let limits = input.source.limits().clone();
    let said = content.documentation.insert(Documentation {
        producer: "docstr-coverage".into(),
        ..Documentation::default()
    });
    let (mut file, mut totals) = (None, false);
    input.each_line(|problems, number, line| {
        if let Some(path) = opened(line) {
            file = Some(limits.cap(path.to_owned()));
        } else if line.starts_with(TOTALS) {
            totals = true;
        } else if line.trim_start().starts_with("Needed: ") {
            match (tally(line), file.take()) {
                (Some(tally), _) if totals => said.total = Some(tally),
                (Some(tally), Some(path)) => said.files.push(FileDocumentation { path, tally }),
                _ if problems.len() < 100 => problems.push(
                    Problem::error("figures that do not add up, or of no file").at_line(number),
                ),
                _ => {}
            }
        } else if let (Some(path), Some(what)) = (&file, line.strip_prefix(" - No ")) {
            let named = what
                .strip_prefix("docstring for `")
                .and_then(|name| name.strip_suffix('`'));
            said.items.push(Item {
                path: path.clone(),
                name: limits.cap(named.unwrap_or_default().to_owned()),
                line: u32::from(named.is_none()),
                kind: named.map_or(ItemKind::Module, |_| ItemKind::Definition),
                documented: false,
            });
        }
        Ok(())
    })?;
    let Some(total) = said.total else {
        return Err(Problem::error("ends without its total: it is truncated"));
    };
    let sum = said.sum();
    if sum.missing() > total.missing()
        || (!said.files.is_empty() && sum.missing() < total.missing())
    {
        return Err(Problem::error(
            "the files do not lack as much as the total says: something is missing",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::documentation;

    #[test]
    fn what_ends_early_or_does_not_add_up_is_a_problem() {
        let whole = "\nFile: \"/x/a.py\"\n - No module docstring\n - No docstring for `A.b`\n \
            Needed: 3; Found: 1; Missing: 2; Coverage: 33.3%\n\n\nOverall statistics for 2 files:\n\
            Needed: 9  -  Found: 7  -  Missing: 2\nTotal coverage: 77.8%  -  Grade: Good\n";
        let (said, problems) = documentation("docstr_coverage", whole);
        assert_eq!(problems, [""; 0]);
        assert_eq!((said.sum().total, said.total.unwrap().total), (3, 9));
        assert_eq!(
            (said.items[0].title(), said.items[1].title()),
            ("the module", "A.b")
        );
        let cut = whole.split_once("Overall").unwrap().0;
        let lost = whole.replace(
            "Needed: 3; Found: 1; Missing: 2",
            "Needed: 3; Found: 2; Missing: 1",
        );
        for wrong in [cut, &lost] {
            let (_, problems) = documentation("docstr_coverage", wrong);
            assert_eq!(problems.len(), 1, "{wrong}");
        }
    }
}
