//! Encodings, entities, and more than anybody would hold.

use super::*;

#[test]
fn trap_10_control_characters_and_bad_bytes_are_replaced() {
    let mut document =
        b"<testcase name='a\x1b[31m\x00&#27;&#0;'><failure message='\xff\xc3'>".to_vec();
    document.extend_from_slice(b"\x08</failure></testcase>");
    let (tests, problems) = read_bytes(document);
    assert_eq!(problems, []);
    let case = &tests.notable[0];
    assert_eq!(case.name, "a\u{fffd}[31m\u{fffd}\u{fffd}\u{fffd}");
    assert_eq!(case.message, "\u{fffd}\u{fffd}");
}

#[test]
fn trap_11_any_encoding_is_read() {
    let text = "<?xml version='1.0' encoding='UTF-16'?><testcase name='ünï'><failure/></testcase>";
    let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let latin = |text: &str| {
        text.chars()
            .map(|c| u8::try_from(c).unwrap())
            .collect::<Vec<u8>>()
    };
    let marked = |mark: &[u8], mut rest: Vec<u8>| {
        rest.splice(0..0, mark.iter().copied());
        rest
    };
    for document in [
        marked(b"\xff\xfe", wide(u16::to_le_bytes)),
        marked(b"\xfe\xff", wide(u16::to_be_bytes)),
        wide(u16::to_le_bytes),
        latin(&text.replace("UTF-16", "ISO-8859-1")),
        marked(b"\xef\xbb\xbf", text.as_bytes().to_vec()),
        marked(b" \n\t", text.as_bytes().to_vec()),
        marked(b"\xef\xbb\xbf\n", text.as_bytes().to_vec()),
    ] {
        let (tests, problems) = read_bytes(document);
        assert_eq!(problems, []);
        assert_eq!(tests.notable[0].name, "ünï");
    }
}

#[test]
fn trap_12_entities_are_never_expanded() {
    let tests = clean(
        "<!DOCTYPE testcase SYSTEM \"http://127.0.0.1:1/x.dtd\" [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>\
         <testcase name='&b;&f;'><failure>&b;&f;</failure></testcase>",
    );
    assert_eq!(tests.notable[0].name, "&b;&f;");
    assert_eq!(tests.notable[0].message, "&b;&f;");
}

#[test]
fn trap_13_output_of_any_size_is_passed_over() {
    struct Endless {
        begin: std::io::Cursor<Vec<u8>>,
        left: usize,
        end: std::io::Cursor<Vec<u8>>,
    }
    impl std::io::Read for Endless {
        fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
            let count = self.begin.read(target)?;
            if count > 0 || self.left == 0 {
                return Ok(if count > 0 {
                    count
                } else {
                    self.end.read(target)?
                });
            }
            let count = target.len().min(self.left);
            target[..count].fill(b'x');
            self.left -= count;
            Ok(count)
        }
    }
    for (open, close) in [
        ("", ""),
        ("<![CDATA[", "]]>"),
        ("<!--", "-->"),
        ("<a>", "</a>"),
    ] {
        for element in ["system-out", "failure", "skipped", "properties"] {
            let file = Endless {
                begin: std::io::Cursor::new(
                    format!("<testsuite><testcase><{element}>{open}").into_bytes(),
                ),
                left: 3_000_000,
                end: std::io::Cursor::new(
                    format!("{close}</{element}></testcase></testsuite>").into_bytes(),
                ),
            };
            // A text that were held as a whole would break this limit.
            let limits = Limits {
                token_bytes: 1_000_000,
                ..Limits::default()
            };
            let report = read("r.xml", Box::new(file), None, Default::default(), &limits);
            assert_eq!(report.problems, [], "{element} {open}");
            let tests = report.content.tests.unwrap();
            assert_eq!(tests.counts.total(), 1);
            assert!(tests.notable.iter().all(|case| case.message.len() <= 2048));
        }
    }
}

#[test]
fn a_million_suites_and_failures_stay_bounded() {
    let suite =
        "<testsuite name='s'><testcase name='a'><failure message='m'/></testcase></testsuite>";
    let (tests, problems) = run(&format!(
        "<testsuites>{}</testsuites>",
        suite.repeat(50_000)
    ));
    assert_eq!(tests.counts.failed, 50_000);
    assert_eq!(
        (tests.suites.len(), tests.notable.len()),
        (Tests::SUITES, Tests::NOTABLE)
    );
    assert_eq!(problems.len(), 1);
    assert!(
        problems[0]
            .message
            .starts_with("40000 failed or flaky cases")
    );
}
