//! What is personal stays out, or is hidden.

use std::fs;

use crate::project::andon;
use crate::{KEY, NOW, documents, done, folder, rows, run, walk};

/// The digits that the key makes of `alice@corp.example`.
const ALICE: &str = "9b699446ee741ef9";

#[test]
fn what_is_personal_is_nowhere_to_be_found() {
    let policy = "version: 1\nextends: [recommended]\nprivacy: { personal: [user_id] }\n";
    let lines = [
        r#"{"name":"a","value":1,"dimensions":{"user_id":"alice"},"metadata":{"user_id":"alice","x":1}}"#,
        r#"{"name":"a b","value":1,"dimensions":{"user_id":"alice"}}"#,
        r#"{"name":"a","value":"1","dimensions":{"user_id":"alice"}}"#,
    ];
    let folder = folder(&[("andon.yaml", policy), ("e.jsonl", &lines.join("\n"))]);
    let path = folder.path();
    let without = andon(path, &["record", "e.jsonl"], &[NOW]);
    assert_eq!(without.0, 2);
    assert!(without.2.contains("set ANDON_HASH_KEY"), "{}", without.2);
    let (code, _, told) = run(path, "record e.jsonl");
    assert_eq!(code, 1);
    assert!(!told.contains("alice"), "{told}");
    fs::remove_file(path.join("e.jsonl")).unwrap();
    let row = &rows(path, "--metric a --group-by user_id --stat count")[0];
    assert_eq!(row["group"]["user_id"], "h:3eb1:433deb45467e4e53");
    // Who has the key finds her by her name.
    let hers = rows(path, "--metric a --where user_id=alice --stat count");
    assert_eq!(hers[0]["figures"]["count"], 1.0);
    let (code, _, said) = run(path, "query --metric a --where user_id=bob");
    assert!(code == 2 && !said.contains("alice"), "{said}");
    let (code, _, said) = run(path, "history merge nowhere");
    assert!(
        code == 2 && said.contains("there is no history in"),
        "{said}"
    );
    let (code, _, said) = run(path, "history forget --dim usr_id=alice");
    assert!(code == 0 && said.contains("took out nothing"), "{said}");
    for file in walk(path) {
        let bytes = fs::read(&file).unwrap();
        let text = match zstd::decode_all(bytes.as_slice()) {
            Ok(unpacked) => unpacked,
            Err(_) => bytes,
        };
        let text = String::from_utf8_lossy(&text);
        assert!(!text.contains("alice"), "{}", file.display());
    }
}

#[test]
fn persons_that_were_recorded_in_clear_do_not_show() {
    let line = |user: &str, value: u32| {
        format!(
            "{{\"name\":\"rt\",\"value\":{value},\"unit\":\"ms\",\"dimensions\":{{\"user_id\":\"{user}\"}},\"timestamp\":\"2026-12-31T12:00:00Z\"}}\n"
        )
    };
    let folder = folder(&[(
        "e.jsonl",
        &(line("alice@corp.example", 900) + &line("bob@corp.example", 100)),
    )]);
    let path = folder.path();
    done(path, "record e.jsonl --history file");
    let policy = "version: 1\nhistory: file\nprivacy: { personal: [user_id] }\n\
                  metrics: { rt: { unit: s, better: lower } }\n\
                  gates: [{ metric: rt, stat: max, per: user_id, last: 7d, require: '<= 500ms' }]\n";
    fs::write(path.join("andon.yaml"), policy).unwrap();
    // Two persons are two groups, and the same ones to gates as to questions.
    for (clock, shown) in [(&[NOW][..], "(hidden 1)"), (&[NOW, KEY], ALICE)] {
        for format in ["terminal", "markdown", "json"] {
            let (code, out, told) = andon(path, &["check", "--format", format], clock);
            assert!(code == 1, "{out}{told}");
            assert!(
                !out.contains("corp.example") && !told.contains("corp.example"),
                "{out}{told}"
            );
            assert!(out.contains(shown) && out.contains("900"), "{out}");
        }
        let line = "query --format csv --metric rt --group-by user_id --stat max";
        let words: Vec<&str> = line.split(' ').collect();
        let (code, out, told) = andon(path, &words, clock);
        let mut lines = out.lines();
        let hers = lines.any(|line| line.contains(shown) && line.contains("0.9"));
        assert!(code == 0 && hers, "{out}{told}");
    }
}

#[test]
fn persons_that_were_recorded_in_clear_elsewhere_do_not_come_in() {
    let line = |user: &str, extra: &str| {
        format!(
            "{{\"name\":\"rt\",\"value\":1,\"unit\":\"ms\",\"dimensions\":{{{user}}},\"timestamp\":\"2026-12-31T12:00:00Z\"{extra}}}\n"
        )
    };
    let alice = "\"user_id\":\"alice\"";
    let policy = "version: 1\nhistory: file\nprivacy: { personal: [user_id] }\n";
    for bare in [
        line(alice, ""),
        line("", &format!(",\"metadata\":{{\"deep\":[{{{alice}}}]}}")),
    ] {
        let other = folder(&[
            ("e.jsonl", &bare),
            ("clean.jsonl", &line("\"os\":\"x\"", "")),
        ]);
        done(other.path(), "record clean.jsonl --history file");
        done(other.path(), "record e.jsonl --history file");
        done(other.path(), "history --history file export out.jsonl.zst");
        let there = other.path().to_str().unwrap();
        let here = folder(&[("andon.yaml", policy)]);
        for way in [
            format!("history merge {there}/.andon/history"),
            format!("history import {there}/.andon/history"),
            format!("history import {there}/out.jsonl.zst"),
        ] {
            let (code, out, told) = run(here.path(), &way);
            assert_eq!(code, 2, "{way}: {out}{told}");
            assert!(told.contains("has `user_id` as it is"), "{way}: {told}");
            assert!(
                told.contains(".events has") && told.contains("andon record"),
                "{told}"
            );
            // Not even what is clean.
            let history = here.path().join(".andon/history");
            let is_empty = !history.exists() || documents(here.path()).is_empty();
            assert!(is_empty, "{way}");
        }
        // What is hidden passes, again and again.
        let hidden = folder(&[("andon.yaml", policy), ("e.jsonl", &bare)]);
        done(hidden.path(), "record e.jsonl");
        let from = hidden.path().to_str().unwrap();
        for known in [false, true] {
            let merge = format!("history merge {from}/.andon/history");
            let (code, _, told) = run(here.path(), &merge);
            assert_eq!(
                (code, told.contains("1 more were here")),
                (0, known),
                "{told}"
            );
        }
        // Without a word of the policy all comes in.
        let open = folder(&[]);
        done(
            open.path(),
            &format!("history --history file merge {there}/.andon/history"),
        );
    }
}
