//! LLVM's coverage as `llvm-cov export` writes it: JSON with segments, branches and functions, or summaries only.

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};

use super::llvm_lines::{Segment, lines};
use super::number::{Count, key};
use super::span::Budget;
use crate::domain::catalogue::{COVERAGE_BRANCHED, COVERAGE_FUNCTION, COVERAGE_STATEMENT};
use crate::domain::report::coverage::{Tally, Totals};
use crate::domain::report::{Content, Coverage, FileCoverage, Problem};
use crate::formats::json::{Walk, walk};
use crate::formats::{Format, Head, Input, Kind};

pub(in crate::formats) static FORMAT: Format = Format {
    id: "llvm_cov",
    title: "llvm-cov export JSON",
    kind: Kind::Coverage,
    producers: &["llvm-cov", "cargo-llvm-cov", "Swift Package Manager"],
    default_paths: &[
        "**/llvm-cov*.json",
        "**/coverage*.json",
        "**/codecov/*.json",
    ],
    sniff,
    parse,
    reads: "Lines by the rule of `llvm-cov` from segments, regions, branches and functions; the totals of `--summary-only`.",
    omits: "MC/DC, instantiations, expansions.",
    supplies: &[
        COVERAGE_BRANCHED,
        &[&COVERAGE_FUNCTION, &COVERAGE_STATEMENT],
    ],
};

fn sniff(head: &Head) -> bool {
    // The type stands at the end of what LLVM writes today, out of sight in a large file.
    head.text.contains("\"llvm.coverage.json.export\"")
        || head.has_key(1, "data")
            && head.has_key(3, "files")
            && head.has_key(5, "filename")
            && (head.has_key(5, "segments") || head.has_key(5, "summary"))
        || head.has_key(1, "data") && head.has_key(3, "files") && head.has_key(5, "expansions")
}

#[derive(Deserialize)]
struct File {
    filename: String,
    #[serde(default)]
    segments: Vec<Segment>,
    #[serde(default)]
    branches: Vec<Branch>,
    #[serde(default)]
    expansions: Vec<Expansion>,
    summary: Option<Summary>,
}

/// The branches of a macro, and where it is used.
#[derive(Deserialize)]
struct Expansion {
    source_region: Region,
    #[serde(default)]
    branches: Vec<Branch>,
}

#[derive(Deserialize)]
struct Summary {
    lines: Option<Part>,
    branches: Option<Part>,
    functions: Option<Part>,
    regions: Option<Part>,
}

#[derive(Deserialize)]
struct Part {
    count: Count,
    covered: Count,
}

impl Part {
    fn tally(&self) -> Tally {
        Tally::new(self.covered.0.min(self.count.0), self.count.0)
    }
}

#[derive(Deserialize)]
struct Function {
    count: Count,
    filenames: Vec<String>,
    regions: Vec<Region>,
}

/// `[line, column, end line, end column, count, file, expanded file, kind]`
struct Region([u64; 8]);

/// `[line, column, end line, end column, true count, false count, …]`
struct Branch([u64; 6]);

fn parse(input: &mut Input<'_>, content: &mut Content) -> Result<(), Problem> {
    let mut export = Export {
        coverage: content.coverage.get_or_insert_default(),
        budget: Budget::of(0),
        beyond: false,
    };
    let result = walk(input, |walk| {
        walk.object(|walk, member| match member {
            "data" => walk.array(|walk| export.data(walk)),
            _ => Ok(()),
        })
    });
    if export.beyond {
        return Err(Problem::error(
            "the segments span more lines than a report of this size can have; not all were counted",
        ));
    }
    result
}

/// A segment takes at least so many bytes of the report.
const BYTES: usize = 16;

struct Export<'a> {
    coverage: &'a mut Coverage,
    budget: Budget,
    beyond: bool,
}

impl Export<'_> {
    /// One object of the export. Its functions follow its files.
    fn data(&mut self, walk: &mut Walk<'_, '_>) -> Result<(), Problem> {
        walk.object(|walk, member| match member {
            "files" => walk.array(|walk| {
                if let Some(file) = walk.read_or_warn()? {
                    self.file(file);
                }
                Ok(())
            }),
            "functions" => walk.array(|walk| {
                if let Some(function) = walk.read_or_warn()? {
                    self.function(&function);
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    }

    fn file(&mut self, file: File) {
        self.budget.earn(file.segments.len().saturating_mul(BYTES));
        let to = self.coverage.file(&file.filename, FORMAT.id);
        match lines(&file.segments, &mut self.budget) {
            Some(lines) => lines
                .into_iter()
                .for_each(|(line, hits)| to.line(line, hits)),
            None => self.beyond = true,
        }
        for Branch([line, column, to_line, to_column, taken, not_taken]) in &file.branches {
            let place = [*column, *to_line, *to_column];
            give_branch(to, *line, &place, [*taken, *not_taken]);
        }
        for expansion in &file.expansions {
            let [at_line, at_column, ..] = expansion.source_region.0;
            for Branch([line, column, to_line, to_column, taken, not_taken]) in &expansion.branches
            {
                let place = [at_column, *line, *column, *to_line, *to_column];
                give_branch(to, at_line, &place, [*taken, *not_taken]);
            }
        }
        to.finish();
        if let Some(summary) = &file.summary {
            let tally = |part: &Option<Part>| part.as_ref().map(Part::tally);
            let branches = tally(&summary.branches).filter(|branches| branches.total > 0);
            let seen = to.arms.as_ref().map_or(0, Vec::len) as u64;
            // With -skip-expansions the branches inside macros are only in the summary.
            if branches.is_some_and(|branches| branches.total > seen) {
                to.arms = None;
            }
            to.totals = Some(Totals {
                lines: tally(&summary.lines),
                branches,
                functions: tally(&summary.functions),
                statements: tally(&summary.regions),
            });
        }
    }

    /// The instantiations of one template begin at one place and are one function.
    fn function(&mut self, function: &Function) {
        let regions = &function.regions;
        let expanded = |file| regions.iter().any(|region| region.is_expansion_of(file));
        let Some(first) = regions.iter().find(|region| !expanded(region.file())) else {
            return;
        };
        let path = usize::try_from(first.file())
            .ok()
            .and_then(|file| function.filenames.get(file));
        if let Some(path) = path.filter(|path| self.coverage.files.contains_key(*path)) {
            let [line, column, ..] = first.0;
            let line = u32::try_from(line).unwrap_or(0);
            self.coverage
                .file(path, FORMAT.id)
                .function(line, column, function.count.0);
        }
    }
}

fn give_branch(to: &mut FileCoverage, line: u64, place: &[u64], hits: [u64; 2]) {
    let line = u32::try_from(line).unwrap_or(0);
    let place = key(place);
    for (arm, hits) in (0..).zip(hits) {
        to.arm(line, key(&[place, arm]), hits);
    }
}

impl Region {
    fn file(&self) -> u64 {
        let Region([_, _, _, _, _, file, ..]) = self;
        *file
    }

    fn is_expansion_of(&self, file: u64) -> bool {
        let Region([.., expanded, kind]) = self;
        *kind == 1 && *expanded == file
    }
}

impl<'de> Deserialize<'de> for Region {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Region, D::Error> {
        deserializer.deserialize_seq(Row).map(Region)
    }
}

impl<'de> Deserialize<'de> for Branch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Branch, D::Error> {
        deserializer.deserialize_seq(Row).map(Branch)
    }
}

/// The first numbers of an array; those that are not there are 0, and further ones are passed over.
struct Row<const N: usize>;

impl<'de, const N: usize> Visitor<'de> for Row<N> {
    type Value = [u64; N];

    fn expecting(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str("an array of numbers")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut fields: A) -> Result<[u64; N], A::Error> {
        let mut row = [0; N];
        for slot in &mut row {
            *slot = fields.next_element::<Count>()?.unwrap_or_default().0;
        }
        while fields.next_element::<IgnoredAny>()?.is_some() {}
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{file, lines, of, report};

    fn export(segments: &str) -> String {
        format!(
            r#"{{"data": [{{"files": [{{"filename": "/a.rs", "segments": {segments}}}]}}], "type": "llvm.coverage.json.export", "version": "2.0.1"}}"#
        )
    }

    #[test]
    fn a_line_inherits_the_count_that_reaches_into_it() {
        // An inner region of 5 on lines 2 and 3 in a function of 1 on lines 1 to 5.
        let text = export(
            "[[1, 1, 1, true, true], [2, 9, 5, true, true, false], [3, 2, 1, true, false, false], [5, 2, 0, false, false, false]]",
        );
        assert_eq!(
            lines(&file("llvm_cov", &text)),
            [(1, 1), (2, 5), (3, 5), (4, 1), (5, 1)]
        );
    }

    #[test]
    fn a_gap_maps_no_line_by_itself_and_its_count_does_not_stand_for_one() {
        // Line 2 has a gap of 9 in a region of 1; line 4 opens with a gap where nothing reaches in.
        let text = export(
            "[[1, 1, 1, true, true, false], [2, 5, 9, true, true, true], [2, 9, 1, true, false, false], [3, 2, 0, false, false, false], [4, 1, 7, true, false, true], [4, 9, 0, false, false, false]]",
        );
        assert_eq!(lines(&file("llvm_cov", &text)), [(1, 1), (2, 1), (3, 1)]);
    }

    #[test]
    fn a_line_that_opens_a_skipped_region_is_not_mapped() {
        let text = export(
            "[[1, 1, 3, true, true, false], [2, 1, 0, false, true, false], [4, 1, 3, true, false, false], [5, 2, 0, false, false, false]]",
        );
        assert_eq!(lines(&file("llvm_cov", &text)), [(1, 3), (5, 3)]);
    }

    #[test]
    fn a_span_of_billions_of_lines_is_an_error() {
        let report = report(&export(
            "[[1, 1, 3, true, true, false], [4294967295, 1, 0, false, false, false]]",
        ));
        assert!(
            report
                .problems
                .iter()
                .any(|problem| problem.message.contains("span more"))
        );
    }

    #[test]
    fn a_bad_file_costs_no_other() {
        let text = export("[[1, 1, 3, true, true], [2, 1, 0, false, false]]")
            .replace(r#"[{"filename""#, r#"[{"filename": 7}, {"filename""#);
        let report = report(&text);
        assert_eq!(report.problems.len(), 1);
        assert_eq!(report.content.coverage.unwrap().count().lines, of(2, 2));
    }

    #[test]
    fn a_summary_gives_totals() {
        let text = r#"{"data": [{"files": [{"filename": "/a.rs", "summary": {"lines": {"count": 4, "covered": 3},
            "functions": {"count": 2, "covered": 1}, "branches": {"count": 0, "covered": 0}, "regions": {"count": 9, "covered": 1}}}],
            "totals": {}}], "type": "llvm.coverage.json.export"}"#;
        let totals = file("llvm_cov", text).count();
        assert_eq!(
            (totals.lines, totals.functions, totals.statements),
            (of(3, 4), of(1, 2), of(1, 9))
        );
        assert_eq!(totals.branches, None);
    }

    #[test]
    fn instantiations_of_one_place_are_one_function_and_a_macro_counts_where_it_is_used() {
        let text = r#"{"data": [{"files": [{"filename": "/a.cc", "segments": [[1, 1, 1, true, true, false], [2, 2, 0, false, false, false]],
            "branches": [[1, 5, 1, 9, 1, 0, 0, 0, 4], [1, 5, 1, 9, 0, 2, 0, 0, 4]],
            "expansions": [{"source_region": [2, 1, 2, 4, 1, 0, 1, 1], "branches": [[40, 1, 40, 5, 1, 0, 1, 0, 4]], "filenames": []}]}],
            "functions": [
                {"name": "f<int>", "count": 0, "filenames": ["/a.cc"], "regions": [[1, 1, 2, 2, 0, 0, 0, 0]]},
                {"name": "f<char>", "count": 3, "filenames": ["/a.cc"], "regions": [[1, 1, 2, 2, 3, 0, 0, 0]]},
                {"name": "g", "count": 0, "filenames": ["/a.h", "/a.cc"], "regions": [[9, 1, 9, 2, 0, 0, 0, 0], [1, 9, 1, 12, 0, 1, 0, 0], [1, 2, 1, 3, 0, 1, 0, 1]]}
            ]}], "type": "llvm.coverage.json.export"}"#;
        let file = file("llvm_cov", text);
        assert_eq!(file.count().functions, of(1, 2));
        assert_eq!(file.count().branches, of(3, 4));
        assert_eq!(
            file.branches_by_line().into_keys().collect::<Vec<_>>(),
            [1, 2]
        );
    }
}
