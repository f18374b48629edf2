use semver_range::{Range, Version};

fn holds(range: &str, version: &str) -> bool {
    range
        .parse::<Range>()
        .unwrap()
        .holds(&version.parse().unwrap())
}

#[test]
fn a_caret_keeps_the_first_number_that_is_not_0() {
    assert!(holds("^1.2.3", "1.9.0"));
    assert!(!holds("^1.2.3", "2.0.0"));
    assert!(!holds("^0.2.3", "0.3.0"));
}

#[test]
fn bounds_hold_together() {
    assert!(holds(">=1.0.0, <3.0.0", "2.5.0"));
    assert!(!holds(">=1.0.0, <3.0.0", "3.0.0"));
}

#[test]
fn the_latest_is_no_version_before_a_release() {
    let versions = ["1.0.0", "1.4.0", "1.5.0-rc.1"].map(|text| text.parse::<Version>().unwrap());
    let range: Range = "^1.0.0".parse().unwrap();
    assert_eq!(range.latest(&versions), Some(&versions[1]));
}
