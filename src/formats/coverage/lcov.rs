//! LCOV tracefiles, as `geninfo(1)` defines them and as a dozen other tools write them.

mod digits;
mod functions;
mod shared;

use std::thread;

use self::digits::digits;
use self::functions::Functions;
use self::shared::Shared;
use super::number::{count, line};
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION};
use crate::domain::report::coverage::{Hit, Line, key_of, push};
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
use crate::formats::input::first_line;
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "lcov",
    title: "LCOV tracefile",
    kind: Kind::Coverage,
    producers: &[
        "lcov",
        "geninfo",
        "c8",
        "Istanbul",
        "Jest",
        "Vitest",
        "Node.js",
        "coverage.py",
        "llvm-cov",
        "cargo-llvm-cov",
        "grcov",
        "gcovr",
        "Bazel",
        "Deno",
        "Bun",
        "Dart",
        "SimpleCov",
    ],
    default_paths: &[
        "**/lcov.info",
        "**/*.lcov",
        "**/lcov*.info",
        "**/coverage.info",
        "**/lcov.dat",
        "**/_coverage_report.dat",
    ],
    sniff,
    parse,
    reads: "`DA`, `BRDA`, `FN`, `FNDA`, `FNL`, `FNA`: lines, branch arms and functions, by file. Repeated records add up.",
    omits: "`LF`, `LH`, `BRF`, `BRH` and the like, which are counted anew; MC/DC (`MCDC`, `MCF`, `MCH`), for which there is no metric; checksums; test names.",
    supplies: &[COVERAGE_BRANCHED, &[&COVERAGE_FUNCTION]],
};

fn sniff(head: &Head) -> bool {
    let mut records = head.lines().filter(|line| !line.starts_with('#'));
    records.next().is_some_and(|first| {
        let test = first.starts_with("TN:");
        first.starts_with("SF:")
            || (test
                && records
                    .next()
                    .is_none_or(|next| next.starts_with("SF:") || next.starts_with("TN:")))
    })
}

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let (result, reader) = thread::scope(|scope| {
        let mut shared = Shared::new(scope);
        let result = input.each_block(|_, number, block| {
            shared.take(number, block);
            Ok(())
        });
        (result, shared.finish(input.source.line()))
    });
    let mut reader =
        reader.ok_or_else(|| Problem::error("reading it failed: please report that"))?;
    let unended = reader.open;
    reader.close();
    content.coverage = Some(reader.coverage);
    for problem in reader.problems {
        input.warn(problem);
    }
    if unended {
        input.warn(Problem::warning(
            "the last record has no end_of_record: the file may be truncated",
        ));
    }
    result.and(input.whole(reader.cut))
}

const UNREADABLE: &str = "the line cannot be read; it was passed over";

/// Reads records, of which it keeps the coverage.
#[derive(Default)]
struct Reader {
    coverage: Coverage,
    problems: Vec<Problem>,
    /// The last line, if it could not be read.
    cut: Option<u64>,
    /// Whether a record is being read.
    open: bool,
    record: Record,
}

/// The record being read. Its memory serves the next one: what is kept of it is copied to its size.
#[derive(Default)]
struct Record {
    path: String,
    lines: Vec<Line>,
    arms: Vec<Hit>,
    functions: Functions,
}

impl Reader {
    /// Reads whole lines, the first of which has this number.
    fn read(&mut self, mut number: u64, mut block: &str) {
        while !block.is_empty() {
            let (lines, rest) = self.plain(block);
            number += lines;
            self.cut = None;
            if rest.is_empty() {
                break;
            }
            let (line, rest) = first_line(rest);
            if let Err(message) = self.line(line) {
                self.cut = Some(number);
                if self.problems.len() < 100 {
                    self.problems
                        .push(Problem::warning(message).at_line(number));
                }
            }
            number += 1;
            block = rest;
        }
    }

    /// Adds what another read of the same file, which ended before this one did.
    fn join(&mut self, other: Reader) {
        self.coverage.merge(other.coverage);
        self.problems.extend(other.problems);
        self.problems
            .sort_by_key(|problem| problem.place.map(|place| place.line));
    }

    /// Reads from the beginning of a block what nearly all lines are: `DA` and `BRDA` in digits alone. Says how many
    /// they were, and what follows them.
    fn plain<'t>(&mut self, block: &'t str) -> (u64, &'t str) {
        let bytes = block.as_bytes();
        let (mut rest, mut lines) = (bytes, 0);
        if self.open {
            while let Some(after) = self.record.plain(rest) {
                rest = after;
                lines += 1;
            }
        }
        // What was read ended with a line.
        let read = bytes.len() - rest.len();
        (lines, block.get(read..).unwrap_or_default())
    }

    fn line(&mut self, text: &str) -> Result<(), &'static str> {
        let Some((tag, value)) = text.split_once(':') else {
            return match text.trim() {
                "end_of_record" => {
                    self.close();
                    Ok(())
                }
                "" => Ok(()),
                comment if comment.starts_with('#') => Ok(()),
                _ => Err("not a line that LCOV has; it was passed over"),
            };
        };
        match tag {
            "SF" => {
                self.begin(value.trim());
                return Ok(());
            }
            "DA" | "BRDA" | "FN" | "FNDA" | "FNL" | "FNA" | "FNF" | "FNH" => {}
            // Totals are counted, not believed; MC/DC and versions are not measured here.
            _ if tag.starts_with('#') => return Ok(()),
            "TN" | "LF" | "LH" | "BRF" | "BRH" | "VER" | "MCDC" | "MCF" | "MCH" | "BA" => {
                return Ok(());
            }
            _ => return Err("not a line that LCOV has; it was passed over"),
        }
        if !self.open {
            return Err("stands before the first SF line and belongs to no file");
        }
        let functions = &mut self.record.functions;
        let read = match tag {
            "DA" => self.record.line(value),
            "BRDA" => self.record.branch(value),
            "FN" => functions.declare(value),
            "FNDA" => functions.hit(value),
            "FNL" => functions.declare_numbered(value),
            "FNF" => count(value).map(|found| functions.stated.total = found),
            "FNH" => count(value).map(|hit| functions.stated.covered = hit),
            _ => functions.hit_numbered(value),
        };
        read.ok_or(UNREADABLE)
    }

    fn begin(&mut self, path: &str) {
        self.close();
        self.open = true;
        self.record.path.push_str(path);
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            let (path, file) = self.record.take();
            self.coverage.add(path, FORMAT.id, file);
        }
    }
}

impl Record {
    /// Reads one line of plain digits; what follows it.
    #[inline]
    fn plain<'t>(&mut self, text: &'t [u8]) -> Option<&'t [u8]> {
        match text {
            [b'D', b'A', b':', rest @ ..] => {
                let (line, rest) = digits(rest)?;
                let (hits, rest) = digits(comma(rest)?)?;
                let rest = line_end(rest)?;
                self.hits(u32::try_from(line).ok()?, hits);
                Some(rest)
            }
            [b'B', b'R', b'D', b'A', b':', rest @ ..] => {
                let (line, rest) = digits(rest)?;
                let (block, rest) = digits(comma(rest)?)?;
                let (branch, rest) = digits(comma(rest)?)?;
                let (hits, rest) = match comma(rest)? {
                    [b'-', rest @ ..] => (0, rest),
                    rest => digits(rest)?,
                };
                let rest = line_end(rest)?;
                let line = u32::try_from(line).ok()?;
                let key = numbered_arm(block, branch)?;
                push(&mut self.arms, Hit { line, key, hits });
                Some(rest)
            }
            _ => None,
        }
    }

    /// `DA:line,count[,checksum]`
    fn line(&mut self, value: &str) -> Option<()> {
        let (number, rest) = value.split_once(',')?;
        let hits = rest.split_once(',').map_or(rest, |(hits, _)| hits);
        self.hits(line(number)?, count(hits)?);
        Some(())
    }

    #[inline]
    fn hits(&mut self, line: u32, hits: u64) {
        // coverage.py writes a line 0 for an empty file, and does not count it either.
        if line > 0 {
            push(&mut self.lines, Line { line, hits });
        }
    }

    /// `BRDA:line,[exception]block,branch,taken`, where the branch may be a text with commas.
    fn branch(&mut self, value: &str) -> Option<()> {
        let (number, rest) = value.split_once(',')?;
        let (block, rest) = rest.split_once(',')?;
        let (branch, taken) = rest.rsplit_once(',')?;
        // `-` says that the line was never reached, which leaves the branch as little taken as 0 does.
        let hits = if taken.trim() == "-" {
            0
        } else {
            count(taken)?
        };
        let block = block.trim_start_matches(['e', 'f', 'U']);
        let (line, key) = (line(number)?, arm_key(block, branch));
        push(&mut self.arms, Hit { line, key, hits });
        Some(())
    }

    /// What the record said, which is empty then.
    fn take(&mut self) -> (String, FileCoverage) {
        let arms = (!self.arms.is_empty()).then(|| self.arms.clone());
        let mut file = FileCoverage::new(self.lines.clone(), arms);
        self.lines.clear();
        self.arms.clear();
        self.functions.give(&mut file);
        (std::mem::take(&mut self.path), file)
    }
}

/// What follows a comma that stands here.
#[inline]
fn comma(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b',', rest @ ..] => Some(rest),
        _ => None,
    }
}

/// What follows the end of a line that stands here.
#[inline]
fn line_end(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..] => Some(rest),
        _ => None,
    }
}

/// Numbers, which nearly all producers write, make keys in their own order, so that the arms are sorted as they come.
#[inline]
fn numbered_arm(block: u64, branch: u64) -> Option<u64> {
    (block < 1 << 31 && branch < 1 << 32).then_some(block << 32 | branch)
}

fn arm_key(block: &str, branch: &str) -> u64 {
    const TEXT: u64 = 1 << 63;
    let number = |text: &str| text.parse::<u32>().ok().map(u64::from);
    let numbers = number(block).zip(number(branch));
    numbers
        .and_then(|(block, branch)| numbered_arm(block, branch))
        .unwrap_or_else(|| TEXT | key_of(branch).rotate_left(7) ^ key_of(block))
}

#[cfg(test)]
mod tests;
