use super::*;
use crate::render::fixtures;
use crate::render::markdown::reading;

fn links() -> Links {
    Links::github("https://github.com/o/r").with_report("https://github.com/o/r/actions/runs/7")
}

fn page(named: &[(&str, &View)], limit: Limit) -> String {
    let results: Vec<Named> = named
        .iter()
        .map(|(name, view)| Named { name, view })
        .collect();
    combined(&results, &links(), limit)
}

#[test]
fn shows_the_worst_first_and_what_is_alike_once() {
    let [green, red, change, mixed] = ["green", "red", "change", "mixed"].map(fixtures::view);
    let mut warn = change.clone();
    warn.word = Word::Warn;
    insta::assert_snapshot!(
        "matrix",
        page(
            &[
                ("windows", &green),
                ("macos", &change),
                ("linux", &change),
                ("docs", &green),
                ("musl", &red),
                ("nightly", &warn),
                ("all", &mixed),
            ],
            Limit::NONE
        )
    );
    insta::assert_snapshot!(
        "all_green",
        page(&[("a", &green), ("b", &green)], Limit::NONE)
    );
}

#[test]
fn names_are_foreign() {
    let hostile = fixtures::view("hostile");
    let change = fixtures::view("change_hostile");
    let named: Vec<(&str, &View)> = (fixtures::HOSTILE.iter().copied())
        .zip([&hostile, &change].into_iter().cycle())
        .collect();
    let page = page(&named, Limit::NONE);
    reading::holds_only_known_elements(&page, "https://github.com/o/r/");
    insta::assert_snapshot!("hostile_names", page);
}

#[test]
fn one_is_shown_as_it_is_and_none_is_no_pass() {
    let red = fixtures::view("red");
    let alone = super::super::render(&red, &links(), Limit::NONE);
    assert_eq!(page(&[("red", &red)], Limit::NONE), alone);
    let none = page(&[], Limit::NONE);
    assert!(
        none.starts_with("**⚠️ Warning**: there is no result"),
        "{none}"
    );
    assert_eq!(View::worst([]), None);
}

#[test]
fn one_that_holds_has_a_section_if_there_is_something_to_be_said_of_it() {
    let mut noted = fixtures::view("green");
    noted.notes.push("the gate was lowered".to_owned());
    let green = fixtures::view("green");
    let page = page(&[("a", &green), ("b", &noted)], Limit::NONE);
    assert!(page.contains("#### ✅ b\n") && page.contains("the gate was lowered"));
    assert!(!page.contains("#### ✅ a"));
}

#[test]
fn says_when_the_results_are_not_of_one_commit() {
    let (red, mut green) = (fixtures::view("red"), fixtures::view("green"));
    green.commit = Some("0123456789abcdef".to_owned());
    let page = page(&[("a", &red), ("b", &green)], Limit::NONE);
    assert!(page.contains("The results are not of one commit"));
    assert!(page.contains("0123456789ab"));
}

#[test]
fn each_that_needs_somebody_has_its_share_of_the_room() {
    let [huge, long, red, green] = ["huge", "long", "red", "green"].map(fixtures::view);
    let mut other = huge.clone();
    // Not word for word the same, so that it is not shown as such.
    for gate in &mut other.gates {
        gate.distance.push('!');
    }
    let named = [
        ("first", &huge),
        ("green", &green),
        ("second", &other),
        ("long", &long),
        ("small", &red),
    ];
    for limit in [Limit::COMMENT, Limit::CHECK_RUN] {
        let page = page(&named, limit);
        assert!(limit.size(&page) <= limit.most());
        assert!(limit.size(&page) > limit.most() * 9 / 10, "{}", page.len());
        reading::is_balanced(&page);
        let sections: Vec<&str> = page.split("\n#### ❌ ").skip(1).collect();
        let sizes: Vec<usize> = sections.iter().map(|it| limit.size(it)).collect();
        assert_eq!(sections.len(), 4);
        assert!(sizes[0].abs_diff(sizes[1]) < 6_000, "{sizes:?}");
        // The small one is there whole.
        assert!(
            sections[3].contains("Evidence and rules"),
            "{}",
            sections[3]
        );
        assert!(page.contains("[the full report](https://github.com/o/r/actions/runs/7) has them"));
    }
}

#[test]
fn many_results_leave_the_first_line_and_the_foot() {
    let red = fixtures::view("red");
    let names: Vec<String> = (0..3_000).map(|at| format!("part-{at}")).collect();
    let named: Vec<(&str, &View)> = names.iter().map(|name| (&**name, &red)).collect();
    let page = page(&named, Limit::COMMENT);
    assert!(Limit::COMMENT.size(&page) <= 65_536);
    assert!(page.starts_with("**❌ Failed**: 3,000 of 3,000 results failed&#58; part-0"));
    assert!(page.contains("less important rows were left out for length"));
    assert!(page.ends_with("</sub>\n"));
    reading::is_balanced(&page);
}
