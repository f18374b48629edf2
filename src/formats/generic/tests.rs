use super::*;

/// The numbers at a spot, and the first problem.
fn found(text: &str, spot: Spot) -> (Vec<String>, Option<String>) {
    check(&spot).unwrap();
    let file = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    let finds = read("file", file, &spot, &Limits::default());
    let values = finds
        .values
        .into_iter()
        .map(|found| found.number + &found.unit);
    let problem = finds.problems.into_iter().next();
    (values.collect(), problem.map(|problem| problem.message))
}

fn values(text: &str, spot: Spot) -> Vec<String> {
    let (values, problem) = found(text, spot);
    assert_eq!(problem, None, "{text}");
    values
}

#[test]
fn json_by_pointer_and_by_path() {
    let text = r#"{"a": {"b": [1.5, "2 MB", null]}, "c/d": true, "e": [{"n": "x", "v": 7}, {"n": "y", "v": 8}]}"#;
    for (path, expected) in [
        ("/a/b/0", &["1.5"][..]),
        ("/a/b/1", &["2 MB"]),
        ("/a/b/2", &[]),
        ("/c~1d", &["true"]),
        ("/none", &[]),
        ("$.a.b[0]", &["1.5"]),
        ("$.e[*].v", &["7", "8"]),
        ("$.e[?@.n == 'y'].v", &["8"]),
        ("$..v", &["7", "8"]),
    ] {
        assert_eq!(
            values(text, Spot::Json(path.to_owned())),
            expected,
            "{path}"
        );
    }
    let lines = values("{\"v\": 1}\n{\"v\": 2}\n", Spot::Json("/v".to_owned()));
    assert_eq!(lines, ["1", "2"]);
    for wrong in ["a.b", "$.[", "$.a[", "$..a..b", "$..[?$.a]"] {
        assert!(check(&Spot::Json(wrong.to_owned())).is_err(), "{wrong}");
    }
    let (_, problem) = found("{\"v\": ", Spot::Json("/v".to_owned()));
    assert!(problem.unwrap().contains("truncated"));
}

#[test]
fn xml_by_a_path_of_elements() {
    let text = "<r t='9'><s n='a'><v>1</v><x><v> 2 </v></x></s><p:s n='b' t='3'><v>4<i>5</i></v></p:s><v/></r>";
    for (path, expected) in [
        ("/r/@t", &["9"][..]),
        ("/r/s/@t", &["3"]),
        ("/r/s[@n='a']/v", &["1"]),
        ("/r/s[@n='a']//v/text()", &["1", "2"]),
        ("//v", &["1", "2", "4", ""]),
        ("/r/*/v", &["1", "4"]),
        ("//s[@n=\"b\"][@t='3']/v", &["4"]),
        ("/r/none/@t", &[]),
        ("/s/v", &[]),
    ] {
        assert_eq!(values(text, Spot::Xml(path.to_owned())), expected, "{path}");
    }
    for wrong in ["", "/", "/a[b]/c", "/a[@b=c]", "/@a", "/a/@b/c"] {
        assert!(check(&Spot::Xml(wrong.to_owned())).is_err(), "{wrong}");
    }
    let (values, problem) = found("<r><v>1</v>", Spot::Xml("//v".to_owned()));
    assert_eq!(values, ["1"]);
    assert!(problem.unwrap().contains("truncated"));
}

#[test]
fn tables_by_column_and_row() {
    let spot = |column: &str, rows: &[(&str, &str)]| Spot::Csv {
        column: column.to_owned(),
        rows: rows
            .iter()
            .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
            .collect(),
    };
    let text = "op,p95 ms\ninstall,12.5\n\"up\"\"date\", 7\ninstall,\n";
    // An empty cell is told as no number, not passed over.
    assert_eq!(values(text, spot("p95 ms", &[])), ["12.5", "7", ""]);
    assert_eq!(
        values(text, spot("p95 ms", &[("op", "install")])),
        ["12.5", ""]
    );
    assert_eq!(values(text, spot("p95 ms", &[("op", "up\"date")])), ["7"]);
    assert_eq!(values(text, spot("2", &[("op", "install")])), ["12.5", ""]);
    assert_eq!(values("1;2\n3;4\n", spot("2", &[("1", "3")])), ["4"]);
    assert_eq!(values("a\tb\n1\t2\n", spot("b", &[])), ["2"]);
    let (_, problem) = found(text, spot("p99", &[]));
    assert!(
        problem
            .unwrap()
            .contains("no column `p99`; it has op, p95 ms")
    );
}

#[test]
fn text_by_an_expression_with_groups() {
    let text = "took 12.5 ms, then 3 s\nnothing\ntook 1 ms\n";
    let spot = Spot::Text(r"(?<value>[0-9.]+) (?<unit>ms|s)".to_owned());
    assert_eq!(values(text, spot), ["12.5ms", "3s", "1ms"]);
    let spot = Spot::Text(r"^took ([0-9.]+)".to_owned());
    assert_eq!(values(text, spot), ["12.5", "1"]);
    for wrong in ["no group", "(", "(a{1000}){1000}"] {
        assert!(check(&Spot::Text(wrong.to_owned())).is_err(), "{wrong}");
    }
}

#[test]
fn samples_by_name_and_labels() {
    let text = "# TYPE a gauge\na{x=\"1\",y=\"2\"} 5\na{x=\"2\"} 6\nab 7\n# EOF\n";
    for (selector, expected) in [
        ("a", &["5", "6"][..]),
        ("a{y=\"2\"}", &["5"]),
        ("a{x=\"2\"}", &["6"]),
        ("b", &[]),
    ] {
        assert_eq!(
            values(text, Spot::OpenMetrics(selector.to_owned())),
            expected
        );
    }
    for wrong in ["", "a b", "a{", "a{x=1}"] {
        assert!(
            check(&Spot::OpenMetrics(wrong.to_owned())).is_err(),
            "{wrong}"
        );
    }
}
