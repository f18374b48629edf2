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
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{coverage, file, lines, of, report};
    use super::FORMAT;

    proptest! {
        #[test]
        fn what_is_read_at_once_is_read_as_it_is_one_by_one(
            records in prop::collection::vec(
                (prop::sample::select(vec!["DA:1,", "DA:0,", "DA:7,", "BRDA:1,0,0,", "BRDA:7,0,1,", "BRDA:7,4294967295,4294967296,"]),
                prop::sample::select(vec!["0", "1", "12345678901234567890", "-", "-1", "", "1,a", "4294967296"])),
                0..20,
            ),
        ) {
            let text = |end: &str| {
                let records = records.iter().map(|(begin, rest)| format!("{begin}{rest}{end}"));
                format!("SF:x\n{}end_of_record\n", records.collect::<String>())
            };
            // A space before the end of a line says nothing, but makes it one of those that are read with care.
            let (plain, careful) = (report(&text("\n")), report(&text(" \n")));
            prop_assert_eq!(&plain.content, &careful.content);
            prop_assert_eq!(&plain.problems, &careful.problems);
            prop_assert_eq!(report(&text("\r\n")).content, plain.content);
        }
    }

    #[test]
    fn a_file_cut_inside_a_line_is_not_taken_for_whole() {
        use crate::domain::report::Weight;
        let errors = |text| {
            let problems = report(text).problems;
            problems
                .into_iter()
                .filter(|problem| problem.weight == Weight::Error)
                .count()
        };
        assert_eq!(errors("TN:\nSF:x.c\nDA:1,1\nDA:2,"), 1);
        assert_eq!(
            errors("TN:\nSF:x.c\nDA:1,1\nnonsense\nDA:2,1\nend_of_record\n"),
            0
        );
        assert_eq!(errors("mode: set\na/x.go:1.2,3.4 2 1\na/x.go:5.2,6."), 1);
        assert_eq!(errors("mode: set\na/x.go:1.2,3.4 2 1\n"), 0);
    }

    #[test]
    fn two_readers_read_what_one_does() {
        let record = |n: u32| {
            let lines: String = (1..200).map(|line| format!("DA:{line},{n}\n")).collect();
            let odd = if n.is_multiple_of(500) {
                "nonsense\n"
            } else {
                ""
            };
            format!("SF:src/{}.c\n{lines}{odd}end_of_record\n", n % 900)
        };
        // Some three parts, and a record that is larger than one.
        let mut text: String = (0..2000).map(record).collect();
        let large: String = (1..200_000).map(|line| format!("DA:{line},1\n")).collect();
        text += &format!("SF:large.c\n{large}end_of_record\n{}", record(1));
        assert!(text.len() > 5 << 20);
        let read = report(&text);
        let coverage = read.content.coverage.unwrap();
        assert_eq!(coverage.files.len(), 901);
        // The file of the records 0, 900 and 1800; the file of 1, 901, 1801 and 1.
        let hits = |path: &str| coverage.files[path]["lcov"].lines[7].hits;
        assert_eq!(
            (hits("src/0.c"), hits("src/1.c"), hits("large.c")),
            (2700, 2704, 1)
        );
        let places: Vec<u64> = read
            .problems
            .iter()
            .map(|it| it.place.unwrap().line)
            .collect();
        assert_eq!(places, [200, 100_701, 201_202, 301_703].map(|at| at + 1));
    }

    #[test]
    fn duplicates_add_up_and_totals_are_ignored() {
        let text = "TN:a\nSF:x.c\nDA:1,2\nDA:1,3,sum\nDA:2,0\nLF:99\nLH:99\nend_of_record\n\
                    TN:b\nSF:x.c\nDA:2,1\nDA:3,0\nend_of_record\n";
        assert_eq!(lines(&file("lcov", text)), [(1, 5), (2, 1), (3, 0)]);
    }

    #[test]
    fn counts_may_be_anything() {
        let text = "SF:C:\\x.c\r\nDA:1,-5\r\nDA:2,99999999999999999999999\r\nDA:3,1e3\r\nend_of_record\r\n";
        let coverage = coverage("lcov", text);
        assert!(coverage.files.contains_key("C:\\x.c"));
        assert_eq!(
            lines(&coverage.files["C:\\x.c"]["lcov"]),
            [(1, 0), (2, u64::MAX), (3, 1000)]
        );
    }

    #[test]
    fn branches_are_read_from_both_ends() {
        let text = "TN:\nSF:x.py\nBRDA:1,0,0,-\nBRDA:1,0,1,2\nBRDA:2,0,jump to line 3, or 4,1\n\
                    BRDA:2,0,jump to line 5,0\nBRDA:3,e0,0,1\nBRDA:3,0,0,1\nBRDA:3,U1,0,-\nend_of_record\n";
        let file = file("lcov", text);
        assert_eq!(file.count().branches, of(3, 6));
        let by_line: Vec<_> = file
            .branches_by_line()
            .into_values()
            .map(|t| (t.covered, t.total))
            .collect();
        assert_eq!(by_line, [(1, 2), (1, 2), (1, 2)]);
    }

    #[test]
    fn functions_are_matched_by_name_in_order_or_by_index() {
        let plain = "SF:x\nFN:1,f\nFN:5,9,f(int, int)\nFN:7,get\nFN:9,get\nFNDA:2,f\nFNDA:0,f(int, int)\nFNDA:0,get\n\
                     FNDA:1,get\nFNDA:1,undeclared\nend_of_record\n";
        let functions = file("lcov", plain).functions.unwrap();
        let functions: Vec<_> = functions.iter().map(|hit| (hit.line, hit.hits)).collect();
        assert_eq!(functions, [(0, 1), (1, 2), (5, 0), (7, 0), (9, 1)]);

        let aliases =
            "SF:x\nFNL:0,3,8\nFNA:0,0,one\nFNA:0,4,two\nFNL:1,10\nFNA:1,0,f\nend_of_record\n";
        assert_eq!(file("lcov", aliases).count().functions, of(1, 2));
    }

    #[test]
    fn a_crate_compiled_twice_has_its_functions_once() {
        let text = "SF:x.rs\nFN:3,_RNvCs1_4lib3sum\nFN:3,_RNvCs2_4lib3sum\nFN:9,_ZN3lib3max17h0123456789abcdefE\nFN:9,__ZN3lib3max17hfedcba9876543210E\n\
                    FNDA:0,_RNvCs1_4lib3sum\nFNDA:4,_RNvCs2_4lib3sum\nFNDA:0,_ZN3lib3max17h0123456789abcdefE\n\
                    FNDA:0,__ZN3lib3max17hfedcba9876543210E\nend_of_record\n";
        let functions = file("lcov", text).functions.unwrap();
        let functions: Vec<_> = functions.iter().map(|hit| (hit.line, hit.hits)).collect();
        assert_eq!(functions, [(3, 4), (9, 0)]);

        let plain = "SF:x.js\nFN:3,(anonymous_1)\nFN:3,(anonymous_2)\nFN:4,_Z3onev\nFN:4,_Z3twov\nFNDA:1,(anonymous_1)\n\
                     FNDA:0,(anonymous_2)\nFNDA:1,_Z3onev\nFNDA:0,_Z3twov\nend_of_record\n";
        assert_eq!(file("lcov", plain).count().functions, of(2, 4));
    }

    #[test]
    fn what_stands_between_is_tolerated_and_what_is_none_of_it_is_said() {
        let text = "# made by hand\n\nTN:\nSF:x\nVER:1\nMCDC:1,2,t,0,0,0\nMCF:1\nMCH:0\nDA:1,1\nend_of_record\n";
        assert_eq!(lines(&file("lcov", text)), [(1, 1)]);

        let report = report(
            "TN:\nSF:x\nDA:one,1\nDA:4294967296,1\nnonsense\nDA:2,1\nend_of_record\nDA:7,1\n",
        );
        let places: Vec<_> = report
            .problems
            .iter()
            .map(|p| p.place.unwrap().line)
            .collect();
        assert_eq!(places, [3, 4, 5, 8]);
        assert_eq!(
            lines(&report.content.coverage.unwrap().files["x"]["lcov"]),
            [(2, 1)]
        );
    }

    #[test]
    fn conditions_are_no_branches() {
        let text = "SF:x\nBRDA:1,0,0,1\nMCDC:1,2,t,1,0,a && (b, c)\nMCDC:1,2,f,0,1,b\nMCF:2\nMCH:1\nDA:1,1\nend_of_record\n";
        let file = file("lcov", text);
        assert_eq!(
            (file.count().branches, file.count().lines),
            (of(1, 1), of(1, 1))
        );
    }

    #[test]
    fn a_missing_end_of_record_keeps_the_record() {
        let report = report("TN:\nSF:x\nDA:1,1\nDA:2,0");
        assert_eq!(report.problems.len(), 1);
        assert_eq!(report.content.coverage.unwrap().count().lines, of(1, 2));
    }

    #[test]
    fn text_that_only_resembles_it_is_not_claimed() {
        for text in ["TN:x\nok 1", "mode: set\n", "", "# only a comment", "SFX"] {
            assert!(
                !(FORMAT.sniff)(&crate::formats::Head::new(text.to_owned())),
                "{text}"
            );
        }
    }
}
