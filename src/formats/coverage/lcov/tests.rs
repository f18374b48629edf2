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
    let text =
        "SF:C:\\x.c\r\nDA:1,-5\r\nDA:2,99999999999999999999999\r\nDA:3,1e3\r\nend_of_record\r\n";
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

    let aliases = "SF:x\nFNL:0,3,8\nFNA:0,0,one\nFNA:0,4,two\nFNL:1,10\nFNA:1,0,f\nend_of_record\n";
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

    let report =
        report("TN:\nSF:x\nDA:one,1\nDA:4294967296,1\nnonsense\nDA:2,1\nend_of_record\nDA:7,1\n");
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
