//! Go's cover profiles: `name.go:line.column,line.column statements count`.

use super::number::{count, line};
use super::span::Budget;
use crate::domain::catalogue::{COVERAGE_LINE, COVERAGE_STATEMENT};
use crate::domain::report::coverage::Statement;
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "go_cover",
    title: "Go cover profile",
    kind: Kind::Coverage,
    producers: &[
        "go test -coverprofile",
        "go tool covdata",
        "gotestsum",
        "ginkgo",
    ],
    default_paths: &[
        "**/cover*.out",
        "**/*.coverprofile",
        "**/coverage.txt",
        "**/c.out",
        "**/profile.cov",
        "**/cover*.cov",
    ],
    sniff,
    parse,
    reads: "Blocks with their statements, merged; lines are those that a block spans.",
    omits: "The mode: a set, a count and an atomic count read alike.",
    supplies: &[&[&COVERAGE_LINE, &COVERAGE_STATEMENT]],
};

fn sniff(head: &Head) -> bool {
    let mut lines = head.lines();
    lines
        .next()
        .and_then(|first| first.strip_prefix("mode: "))
        .is_some_and(|mode| matches!(mode.trim(), "set" | "count" | "atomic"))
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let coverage = content.coverage.get_or_insert_default();
    let mut bytes = 0;
    // Blocks of one file stand together: it is taken out meanwhile, so that a block costs no look-up.
    let mut open: Option<(String, FileCoverage)> = None;
    let mut cut = None;
    let result = input.each_line(|problems, number, text| {
        cut = None;
        bytes += text.len() as u64;
        // Profiles of several packages are often simply concatenated.
        if text.is_empty() || text.starts_with("mode:") {
            return Ok(());
        }
        let Some((path, block)) = block(text) else {
            cut = Some(number);
            if problems.len() < 100 {
                let message = "not a block of a cover profile; it was passed over";
                problems.push(Problem::warning(message).at_line(number));
            }
            return Ok(());
        };
        let file = match &mut open {
            Some((open, file)) if open == path => file,
            open => {
                close(open.take(), coverage);
                let file = std::mem::take(coverage.file(path, FORMAT.id));
                &mut open.insert((path.to_owned(), file)).1
            }
        };
        file.block(block.line, block.key, block.weight, block.hits);
        Ok(())
    });
    close(open, coverage);
    coverage.finish();
    let mut budget = Budget::of(bytes);
    for file in coverage
        .files
        .values_mut()
        .flat_map(|parts| parts.values_mut())
    {
        expand(file, &mut budget)?;
    }
    result.and(input.whole(cut))
}

fn close(open: Option<(String, FileCoverage)>, coverage: &mut Coverage) {
    if let Some((path, file)) = open {
        *coverage.file(&path, FORMAT.id) = file;
    }
}

/// `name.go:12.34,15.2 3 1`. The key holds the rest of the place: last line, first and last column.
fn block(text: &str) -> Option<(&str, Statement)> {
    let (path, rest) = text.trim_end().rsplit_once(':')?;
    let mut fields = rest.split(' ');
    let (start, end) = fields.next()?.split_once(',')?;
    let (weight, hits) = (fields.next()?, fields.next()?);
    let (line, first_column) = place(start)?;
    let (last_line, last_column) = place(end)?;
    let key = u64::from(last_line) << 32 | u64::from(first_column) << 16 | u64::from(last_column);
    let weight = count(weight)?.min(u64::from(u32::MAX)) as u32;
    let hits = count(hits)?;
    #[rustfmt::skip]
    let block = Statement { line, key, weight, hits };
    Some((path, block)).filter(|_| !path.is_empty() && last_line >= line)
}

fn place(text: &str) -> Option<(u32, u16)> {
    let (number, column) = text.split_once('.')?;
    let column = column.parse::<u64>().ok()?;
    Some((line(number)?, u16::try_from(column).unwrap_or(u16::MAX)))
}

/// A line is executed as often as the block on it that is executed most.
fn expand(file: &mut FileCoverage, budget: &mut Budget) -> Result<(), Problem> {
    let mut lines: Vec<(u32, u64)> = Vec::new();
    for block in file.statements.iter().flatten() {
        let last = (block.key >> 32) as u32;
        // Newer compilers end a block before the first column of the closing brace's line, and does not reach that line.
        let before = block.key & 0xffff <= 1 && last > block.line;
        let last = last - u32::from(before);
        let span = budget.spend(block.line, last).ok_or_else(|| {
            Problem::error("the blocks span more lines than a profile of this size can have; lines after them are not counted")
        })?;
        lines.extend(span.map(|line| (line, block.hits)));
    }
    lines.sort_unstable();
    lines.reverse();
    lines.dedup_by_key(|(line, _)| *line);
    lines.reverse();
    for (line, hits) in lines {
        file.line(line, hits);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of, report};

    #[test]
    fn identical_blocks_merge_before_they_are_counted() {
        let text =
            "mode: count\na.go:1.1,3.2 2 0\na.go:5.1,5.9 1 0\nmode: count\na.go:1.1,3.2 2 4\n";
        let file = file("go_cover", text);
        assert_eq!(file.count().statements, of(2, 3));
        assert_eq!(lines(&file), [(1, 4), (2, 4), (3, 4), (5, 0)]);
    }

    #[test]
    fn a_line_of_two_blocks_is_covered_if_one_is() {
        let text = "mode: set\na.go:1.10,2.12 1 1\na.go:2.12,4.3 1 0\na.go:6.1,7.1 1 1\n";
        assert_eq!(
            lines(&file("go_cover", text)),
            [(1, 1), (2, 1), (3, 0), (4, 0), (6, 1)]
        );
    }

    #[test]
    fn a_drive_letter_is_part_of_the_path() {
        let coverage = coverage("go_cover", "mode: atomic\r\nC:\\a.go:1.1,1.2 1 1\r\n");
        assert!(coverage.files.contains_key("C:\\a.go"));
    }

    #[test]
    fn a_span_of_billions_of_lines_is_an_error() {
        let report = report("mode: set\na.go:1.1,4294967295.2 1 1\n");
        assert!(
            report
                .problems
                .iter()
                .any(|problem| problem.message.contains("span more"))
        );
        assert_eq!(
            report.content.coverage.unwrap().count().statements,
            of(1, 1)
        );
    }

    #[test]
    fn what_is_no_block_is_said_and_passed_over() {
        let report =
            report("mode: set\na.go:1.1 1 1\na.go:3.1,2.1 1 1\n:1.1,1.2 1 1\na.go:1.1,1.2 1 1\n");
        assert_eq!(report.problems.len(), 3);
        assert_eq!(report.content.coverage.unwrap().files.len(), 1);
    }
}
