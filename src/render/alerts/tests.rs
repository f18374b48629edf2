//! Every way of telling on the same news, hostile texts among them.

use jiff::Timestamp;

use super::*;
use crate::domain::formula::Condition;
use crate::domain::gate::policy::Level;
use crate::domain::watch::{Alert, News, Rule, State, Test};
use crate::render::Most;

fn rules() -> Vec<Rule> {
    let condition = Condition::parse("error_rate > 5%").unwrap();
    vec![
        Rule {
            level: Level::Must,
            owner: Some("@org/api".to_owned()),
            runbook: Some("docs/errors.md".to_owned()),
            ..Rule::new("errors", "", Test::When(condition))
        },
        Rule::new("<!channel> [x](http://x)\r\nBcc: a@b", "m", Test::Anomaly),
    ]
}

fn alerts() -> Vec<Alert> {
    let alert = |rule: &Rule, series: &str, state, why: &str| Alert {
        rule: rule.name.clone(),
        series: series.to_owned(),
        state,
        why: why.to_owned(),
        better: false,
        since: None,
    };
    let rules = rules();
    vec![
        alert(
            &rules[0],
            "error_rate{component=api}",
            State::Firing,
            "error_rate is 6.2%",
        ),
        alert(
            &rules[0],
            "error_rate{component=web}",
            State::Quiet,
            "error_rate is 1%",
        ),
        alert(
            &rules[1],
            "m{op=::error::@here </details>|`x`}",
            State::Firing,
            "5 s stands out\n::error::x",
        ),
        alert(
            &rules[1],
            "m{op=b}",
            State::Insufficient,
            "3 of at least 10 points",
        ),
    ]
}

fn told(show: impl Fn(&Bulletin<'_>) -> String) -> String {
    let (rules, alerts) = (rules(), alerts());
    let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    let since = "2026-11-22T09:30:00Z".parse().unwrap();
    let news = |alert: usize, rule: usize, is_over| News {
        alert: &alerts[alert],
        rule: &rules[rule],
        since,
        is_over,
    };
    let news = [news(0, 0, false), news(1, 0, true), news(2, 1, false)];
    show(&Bulletin {
        project: "acme/shop",
        news: &news,
        now,
    })
}

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

#[test]
fn an_email_has_the_headers_it_should_and_no_more() {
    let text = told(|bulletin| {
        email::render(
            bulletin,
            "andon <andon@localhost>",
            Some("team@acme.example"),
        )
    });
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    assert_eq!(head.lines().count(), 8, "{head}");
    assert!(!text.contains("\r\nBcc"));
    insta::assert_snapshot!(text.replace("\r\n", "\n"));
}

#[test]
fn the_document_of_a_web_hook() {
    insta::assert_snapshot!(told(|bulletin| pretty(&webhook::render(bulletin))));
}

#[test]
fn the_message_for_slack() {
    insta::assert_snapshot!(told(|bulletin| pretty(&slack::render(bulletin))));
}

#[test]
fn the_message_for_teams() {
    insta::assert_snapshot!(told(|bulletin| pretty(&teams::render(bulletin))));
}

#[test]
fn a_message_has_room_for_so_many() {
    let rules = rules();
    let mut alerts = alerts();
    alerts[2].why = "x".repeat(5_000);
    alerts[2].series = "y".repeat(5_000);
    let news: Vec<News<'_>> = (0..5_000)
        .map(|_| News {
            alert: &alerts[2],
            rule: &rules[1],
            since: Timestamp::UNIX_EPOCH,
            is_over: false,
        })
        .collect();
    let bulletin = Bulletin {
        project: "a",
        news: &news,
        now: Timestamp::UNIX_EPOCH,
    };
    let message = slack::render(&bulletin);
    assert!(message["blocks"].as_array().unwrap().len() <= 50);
    assert!(teams::render(&bulletin).to_string().len() < 28_000);
    assert!(pretty(&message).contains("and 4988 more"));
}

#[test]
fn an_issue() {
    let (rules, alerts) = (rules(), alerts());
    let of = |rule: usize, alert: usize| {
        let (rule, alert) = (&rules[rule], &alerts[alert]);
        format!(
            "{}\n\n{}\n\n{}",
            issue::title(alert),
            issue::body(rule, alert),
            issue::over(alert)
        )
    };
    insta::assert_snapshot!(format!("{}\n---\n{}", of(0, 0), of(1, 2)));
}

#[test]
fn for_people_and_runners() {
    let (rules, alerts) = (rules(), alerts());
    let text = [
        table::render(&alerts, &rules, (false, Most::default()), 100, false),
        table::render(&alerts, &rules, (true, Most::default()), 60, false),
        markdown::render(&alerts, &rules, Most::default()),
        annotations::render(&alerts, &rules),
    ];
    insta::assert_snapshot!(text.join("\n=====\n"));
}

#[test]
fn as_json() {
    let (rules, alerts) = (rules(), alerts());
    insta::assert_snapshot!(pretty(&json::render(
        &alerts,
        &rules,
        Timestamp::UNIX_EPOCH
    )));
}
