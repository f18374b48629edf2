use std::io::Read;

use serde::Deserialize;

use super::*;
use crate::formats::Source;

/// Walks through a text that comes in pieces of so many bytes.
fn walking<R>(
    text: &str,
    limits: Limits,
    piece: usize,
    act: impl FnOnce(&mut Input<'_>) -> R,
) -> R {
    struct Drip(Vec<u8>, usize);
    impl Read for Drip {
        fn read(&mut self, target: &mut [u8]) -> std::io::Result<usize> {
            let count = self.1.min(target.len()).min(self.0.len());
            target[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }
    let drip = Drip(text.as_bytes().to_vec(), piece);
    let mut source = Source::new(Box::new(drip), limits).unwrap();
    let mut problems = Vec::new();
    act(&mut Input {
        path: "report",
        source: &mut source,
        problems: &mut problems,
    })
}

#[derive(Debug, Deserialize, PartialEq)]
struct Point {
    x: f64,
}

/// Every `x` under `points`, and the problem that ended it.
fn points(text: &str, piece: usize) -> (Vec<f64>, Option<String>) {
    let mut found = Vec::new();
    let result = walking(text, Limits::default(), piece, |input| {
        walk(input, |walk| {
            walk.object(|walk, key| match key {
                "points" => walk.array(|walk| {
                    found.push(walk.read::<Point>()?.x);
                    Ok(())
                }),
                _ => Ok(()),
            })
        })
    });
    let problem = result.err().map(|problem| {
        let place = problem.place.unwrap();
        format!(
            "{} {}:{}",
            problem.message,
            place.line,
            place.column.unwrap()
        )
    });
    (found, problem)
}

#[test]
fn what_is_wanted_is_read_and_the_rest_passed_over() {
    let text = r#" {"a": [1, {"points": [2]}, "]"], "points": [{"x": 1}, {"y": null, "x": 12.5e1}],
        "b\u0022": {}, "points": null, "z": true} "#;
    // Long enough that pieces are cut anywhere: the first filling takes 64 KiB.
    let padded = format!("{}{text}", " ".repeat(64 << 10));
    for piece in [1, 2, 3, 7, 1000] {
        assert_eq!(points(&padded, piece), (vec![1.0, 125.0], None));
    }
    assert_eq!(points(r#"{"points": []}"#, 9), (vec![], None));
}

#[test]
fn a_value_may_be_cut_anywhere_by_the_end_of_what_was_read() {
    let value = r#"{"x": -12.50e-1, "y": "\ud83e\udd80\n", "z": [true, false, null, -0, 1E+2]}"#;
    for gap in 0..value.len() + 2 {
        // The first filling ends at 64 KiB: somewhere in the value, or beside it.
        let text = format!(
            "{{\"points\":{}[{value}]}}",
            " ".repeat((64 << 10) - 11 - gap)
        );
        for piece in [1, 2, 1000] {
            assert_eq!(points(&text, piece), (vec![-1.25], None), "{gap}");
        }
    }
}

#[test]
fn what_was_read_before_an_error_is_kept_and_the_place_said() {
    let text = "{\"points\": [{\"x\": 1},\n {\"x\": 2}, {\"x\": }]}";
    let (found, problem) = points(text, 9);
    assert_eq!(found, [1.0, 2.0]);
    let problem = problem.unwrap();
    assert_eq!(problem, "not the JSON this format has: expected value 2:18");
    for end in 1..text.len() - 1 {
        let problem = points(&text[..end], 9).1.unwrap();
        if end < 40 {
            assert!(problem.contains("too early"), "{end}: {problem}");
        }
    }
    for (text, what) in [
        ("{\"points\": 1}", "expected an array"),
        ("{\"points\" []}", "expected `:`"),
        ("{\"points\": [] \"a\": 1}", "expected `,` or `}`"),
        ("{\"points\": [,]}", "expected value"),
        ("{,}", "expected a member's name"),
        ("[]", "expected an object"),
        ("{} {}", "something follows"),
        ("{\"a\": tru}", "expected ident"),
        ("x", "expected value"),
    ] {
        let problem = points(text, 9).1.unwrap();
        assert!(problem.contains(what), "{text}: {problem}");
    }
}

#[test]
fn one_bad_element_costs_no_other() {
    let mut found = Vec::new();
    walking(
        r#"[{"x": 1}, {"y": {}}, [], {"x": 2}]"#,
        Limits::default(),
        9,
        |input| {
            walk(input, |walk| {
                walk.array(|walk| {
                    found.extend(walk.read_or_warn::<Point>()?);
                    Ok(())
                })
            })
            .unwrap();
            assert_eq!(input.problems.len(), 2);
        },
    );
    assert_eq!(found, [Point { x: 1.0 }, Point { x: 2.0 }]);
}

#[test]
fn several_documents_are_walked_one_by_one() {
    let mut sum = 0.0;
    walking(
        "{\"x\": 1}\u{0}{\"x\": 2}\n 3 {\"x\": 4}",
        Limits::default(),
        1,
        |input| {
            walk_each(input, |walk| {
                if walk.shape()? == Shape::Object {
                    sum += walk.read::<Point>()?.x;
                }
                Ok(())
            })
            .unwrap();
        },
    );
    assert_eq!(sum, 7.0);
}

#[test]
fn what_is_passed_over_is_not_held_and_depth_is_bounded() {
    let long = format!(
        "{{\"a\": [{}1], \"points\": [{{\"x\": 3}}]}}",
        "\"text\", ".repeat(1 << 18)
    );
    assert_eq!(points(&long, 1 << 16), (vec![3.0], None));
    for deep in ["[".repeat(1 << 21), "{\"a\":".repeat(1 << 19)] {
        let problem = points(&format!("{{\"a\": {deep}"), 1 << 16).1.unwrap();
        assert!(problem.contains("nested deeper"), "{problem}");
    }
    let mixed = format!("{{\"a\": [{}]}}", "1, [".repeat(1 << 20));
    let problem = points(&mixed, 1 << 16).1.unwrap();
    assert!(problem.contains("nested deeper"), "{problem}");
    let unfit = format!("{{\"a\": [{}}}]}}", "1, ".repeat(1 << 20));
    let problem = points(&unfit, 1 << 16).1.unwrap();
    assert!(problem.contains("does not fit"), "{problem}");
    let limits = Limits {
        token_bytes: 100,
        ..Limits::default()
    };
    let text = format!("[\"{}\"]", "a".repeat(1 << 21));
    let result = walking(&text, limits, 1 << 16, |input| {
        walk(input, |walk| walk.array(|_| Ok(())))
    });
    assert!(
        result
            .unwrap_err()
            .message
            .contains("larger than 100 bytes")
    );
}

/// All that a walk through an array of points says: the points with their lines, the problems, and what ended it.
#[derive(Debug, Default, PartialEq)]
struct Said {
    points: Vec<(f64, u64)>,
    problems: Vec<Problem>,
    ended: Option<Problem>,
}

/// What is said of a text by one thread, and by two.
fn said(text: &str, limits: &Limits) -> [Said; 2] {
    [false, true].map(|two| {
        let mut said = Said::default();
        let points = &mut said.points;
        let (ended, problems) = walking(text, limits.clone(), 1 << 20, |input| {
            let ended = walk(input, |walk| {
                if two {
                    return walk.each(|walk, Point { x }| {
                        points.push((x, walk.line()));
                        Ok(())
                    });
                }
                walk.array(|walk| {
                    let point = walk.read_or_warn::<Point>()?;
                    points.extend(point.map(|Point { x }| (x, walk.line())));
                    Ok(())
                })
            });
            (ended.err(), std::mem::take(input.problems))
        });
        Said {
            ended,
            problems,
            ..said
        }
    })
}

#[test]
fn two_threads_read_what_one_does() {
    let plain = |at: usize| format!("{{\"x\": {at}, \"y\": \"{}\"}}", "y".repeat(at % 90));
    // Every guess is wrong: inside every element stands what looks like the beginning of one.
    let nested = |at: usize| format!("{{\"x\": {at}, \"y\": [{{}}, {{\"x\": 1}}, {{\"x\": 2}}]}}");
    let quoted = |at: usize| format!("{{\"x\": {at}, \"}},{{\\\"x\\\"\": \"}},{{\\\"x\\\"\"}}");
    let odd = |at: usize| match at % 5000 {
        7 => "[]".to_owned(),
        8 => "7".to_owned(),
        9 => "{\"x\": {}}".to_owned(),
        10 => format!("{{ \"y\": \"{}\", \"x\": 1 }}", "y".repeat(1 << 20)),
        _ => plain(at),
    };
    let same = |text: &str| {
        let [one, two] = said(text, &Limits::default());
        assert!(one == two, "{}", &text[..100]);
        one
    };
    let elements: [&dyn Fn(usize) -> String; 4] = [&plain, &nested, &quoted, &odd];
    for element in elements {
        let mut text = "[".to_owned();
        let mut count = 0;
        while text.len() < 5 << 19 {
            text += &element(count);
            text += if count % 3 == 0 { ",\n  " } else { "," };
            count += 1;
        }
        let one = same(&format!("{text}{}]", element(0)));
        assert!(one.ended.is_none() && one.points.len() > count - count / 1000 - 10);
        assert!(same(&text).ended.is_some());
        text.replace_range((2 << 20)..(2 << 20) + 3, "]}{");
        assert!(same(&text).ended.is_some());
    }
}

#[test]
fn what_stands_before_the_end_of_what_may_be_read_is_read() {
    let elements: Vec<String> = (0..200_000).map(|at| format!("{{\"x\": {at}}}")).collect();
    let limits = Limits {
        streamed_bytes: 2 << 20,
        ..Limits::default()
    };
    let [one, two] = said(&format!("[{}]", elements.join(",")), &limits);
    assert!(one.points.len() > 100_000);
    assert_eq!(one, two);
}
