//! LCOV tracefiles, as `geninfo(1)` defines them and as a dozen other tools write them.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::number::{count, line};
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION};
use crate::domain::report::coverage::{Tally, key_of};
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
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
    let mut reader = Reader {
        coverage: content.coverage.get_or_insert_default(),
        open: None,
    };
    let mut cut = None;
    let result = input.each_line(|problems, number, text| {
        cut = None;
        if let Err(message) = reader.record(text) {
            cut = Some(number);
            if problems.len() < 100 {
                problems.push(Problem::warning(message).at_line(number));
            }
        }
        Ok(())
    });
    if reader.open.is_some() {
        reader.close();
        input.warn(Problem::warning(
            "the last record has no end_of_record: the file may be truncated",
        ));
    }
    result.and(input.whole(cut))
}

const UNREADABLE: &str = "the line cannot be read; it was passed over";

struct Reader<'a> {
    coverage: &'a mut Coverage,
    open: Option<Record>,
}

/// The record being read. Its file is taken out of the coverage meanwhile, so that a line costs no look-up.
#[derive(Default)]
struct Record {
    path: String,
    file: FileCoverage,
    functions: Functions,
}

impl Reader<'_> {
    fn record(&mut self, text: &str) -> Result<(), &'static str> {
        // Nearly all lines are of these two kinds.
        if let Some(record) = &mut self.open {
            if let Some(value) = text.strip_prefix("DA:") {
                return record.line(value).ok_or(UNREADABLE);
            }
            if let Some(value) = text.strip_prefix("BRDA:") {
                return record.branch(value).ok_or(UNREADABLE);
            }
        }
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
        let Some(record) = &mut self.open else {
            return Err("stands before the first SF line and belongs to no file");
        };
        let read = match tag {
            "FN" => record.functions.declare(value),
            "FNDA" => record.functions.hit(value),
            "FNL" => record.functions.declare_numbered(value),
            "FNF" => count(value).map(|found| record.functions.stated.total = found),
            "FNH" => count(value).map(|hit| record.functions.stated.covered = hit),
            _ => record.functions.hit_numbered(value),
        };
        read.ok_or(UNREADABLE)
    }

    fn begin(&mut self, path: &str) {
        self.close();
        self.open = Some(Record {
            path: path.to_owned(),
            file: std::mem::take(self.coverage.file(path, FORMAT.id)),
            functions: Functions::default(),
        });
    }

    fn close(&mut self) {
        if let Some(mut record) = self.open.take() {
            record.functions.give(&mut record.file);
            *self.coverage.file(&record.path, FORMAT.id) = record.file;
        }
    }
}

impl Record {
    /// `DA:line,count[,checksum]`
    fn line(&mut self, value: &str) -> Option<()> {
        let (number, rest) = field(value)?;
        let hits = field(rest).map_or(rest, |(hits, _)| hits);
        let (number, hits) = (line(number)?, count(hits)?);
        // coverage.py writes a line 0 for an empty file, and does not count it either.
        if number > 0 {
            self.file.line(number, hits);
        }
        Some(())
    }

    /// `BRDA:line,[exception]block,branch,taken`, where the branch may be a text with commas.
    fn branch(&mut self, value: &str) -> Option<()> {
        let (number, rest) = field(value)?;
        let (block, rest) = field(rest)?;
        let (branch, taken) = rest.rsplit_once(',')?;
        // `-` says that the line was never reached, which leaves the branch as little taken as 0 does.
        let hits = if taken.trim() == "-" {
            0
        } else {
            count(taken)?
        };
        let block = block.trim_start_matches(['e', 'f', 'U']);
        self.file.arm(line(number)?, arm_key(block, branch), hits);
        Some(())
    }
}

/// Numbers, which nearly all producers write, make keys in their own order, so that the arms are sorted as they come.
fn arm_key(block: &str, branch: &str) -> u64 {
    const TEXT: u64 = 1 << 63;
    match (block.parse::<u32>(), branch.parse::<u32>()) {
        (Ok(block), Ok(branch)) if block < 1 << 31 => u64::from(block) << 32 | u64::from(branch),
        _ => TEXT | key_of(branch).rotate_left(7) ^ key_of(block),
    }
}

/// What stands before the first comma, and what after it. Fields are a few bytes long: a loop beats a search.
fn field(text: &str) -> Option<(&str, &str)> {
    let at = text.bytes().position(|byte| byte == b',')?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// The name without what tells one compilation of a Rust crate from another: the crate's number in `_RNvCs…_4name`, the
/// hash at the end of `_ZN…17h…E`. Rust and llvm-cov write a function once for each time that its crate was compiled.
fn source_name(name: &str) -> Cow<'_, str> {
    let bare = name.strip_prefix("__").or_else(|| name.strip_prefix('_'));
    let hashed = bare.filter(|bare| bare.starts_with("ZN"));
    if let Some((path, hash)) = hashed.and_then(|bare| bare.rsplit_once("17h"))
        && hash.len() == 17
        && hash
            .strip_suffix('E')
            .is_some_and(|hash| hash.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return Cow::Borrowed(path);
    }
    let Some(mut rest) = bare.filter(|bare| bare.starts_with("RN") || bare.starts_with("RI"))
    else {
        return Cow::Borrowed(name);
    };
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once("Cs") {
        plain.push_str(before);
        plain.push('C');
        rest = match after.split_once('_') {
            Some((number, after)) if number.bytes().all(|b| b.is_ascii_alphanumeric()) => after,
            _ => after,
        };
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The functions of one record.
#[derive(Default)]
struct Functions {
    /// `(line, identity on that line, hits)` in the order of their declaration.
    declared: Vec<(u32, u64, u64)>,
    /// By the key of the name, where the functions of this name were declared and how many counts they have had.
    by_name: FxHashMap<u64, (Vec<usize>, usize)>,
    /// By index: the line and, once one is given, the count over all aliases.
    numbered: FxHashMap<u64, (u32, u64)>,
    /// What FNF and FNH say: all that Bun says of functions.
    stated: Tally,
}

impl Functions {
    /// `FN:line,[end,]name`
    fn declare(&mut self, value: &str) -> Option<()> {
        let (number, rest) = value.split_once(',')?;
        let name = match rest.split_once(',') {
            Some((end, name)) if end.parse::<u64>().is_ok() => name,
            _ => rest,
        };
        let key = key_of(name);
        let (at, _) = self.by_name.entry(key).or_default();
        at.push(self.declared.len());
        let identity = key_of(&source_name(name));
        self.declared.push((line(number)?, identity, 0));
        Some(())
    }

    /// `FNDA:count,name`. Several functions of one name have their counts in the order of their declarations.
    fn hit(&mut self, value: &str) -> Option<()> {
        let (hits, name) = value.split_once(',')?;
        let (hits, key) = (count(hits)?, key_of(name));
        let (at, had) = self.by_name.entry(key).or_default();
        if at.is_empty() {
            at.push(self.declared.len());
            self.declared.push((0, key, 0));
        }
        let index = at.get(*had % at.len().max(1)).copied()?;
        *had += 1;
        let function = self.declared.get_mut(index)?;
        function.2 = function.2.saturating_add(hits);
        Some(())
    }

    /// `FNL:index,line[,end]`
    fn declare_numbered(&mut self, value: &str) -> Option<()> {
        let (index, rest) = value.split_once(',')?;
        let number = rest.split_once(',').map_or(rest, |(number, _)| number);
        self.numbered
            .entry(index.trim().parse().ok()?)
            .or_default()
            .0 = line(number)?;
        Some(())
    }

    /// `FNA:index,count,name`: one of the names of a function.
    fn hit_numbered(&mut self, value: &str) -> Option<()> {
        let (index, rest) = value.split_once(',')?;
        let (hits, _) = rest.split_once(',')?;
        let (_, sum) = self.numbered.entry(index.trim().parse().ok()?).or_default();
        *sum = sum.saturating_add(count(hits)?);
        Some(())
    }

    fn give(self, file: &mut FileCoverage) {
        if self.declared.is_empty() && self.numbered.is_empty() && self.stated.total > 0 {
            let mut totals = file.totals.unwrap_or_default();
            let stated = Tally::new(
                self.stated.covered.min(self.stated.total),
                self.stated.total,
            );
            totals.functions = Some(
                totals
                    .functions
                    .map_or(stated, |other| other.larger(stated)),
            );
            file.totals = Some(totals);
        }
        for (line, key, hits) in self.declared {
            file.function(line, key, hits);
        }
        // Names are aliases here and may differ between reports: the place is the function's identity.
        for (line, hits) in self.numbered.into_values() {
            file.function(line, 0, hits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{coverage, file, lines, of, report};
    use super::FORMAT;

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
