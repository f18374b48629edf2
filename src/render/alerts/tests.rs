//! Every way of telling on the same news, hostile texts among them.

use jiff::Timestamp;

use super::*;
use crate::domain::consequence::Level;
use crate::domain::formula::Condition;
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

fn pretties(messages: &[serde_json::Value]) -> String {
    let messages: Vec<String> = messages.iter().map(pretty).collect();
    messages.join("\n")
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
    insta::assert_snapshot!(told(|bulletin| pretties(&slack::render(bulletin))));
}

#[test]
fn the_message_for_teams() {
    insta::assert_snapshot!(told(|bulletin| pretties(&teams::render(bulletin))));
}

#[test]
fn many_series_of_one_alert_hide_no_other() {
    let rules = rules();
    let mut alerts = alerts();
    alerts[2].why = "x".repeat(5_000);
    alerts[2].series = "y".repeat(5_000);
    let of = |alert: usize, rule: usize| News {
        alert: &alerts[alert],
        rule: &rules[rule],
        since: Timestamp::UNIX_EPOCH,
        is_over: false,
    };
    let mut news: Vec<News<'_>> = (0..5_000).map(|_| of(2, 1)).collect();
    news.push(of(0, 0));
    let bulletin = Bulletin {
        project: "a",
        news: &news,
        now: Timestamp::UNIX_EPOCH,
    };
    for messages in [slack::render(&bulletin), teams::render(&bulletin)] {
        assert_eq!(messages.len(), 1);
        let text = pretties(&messages);
        assert!(text.contains("on 5000 series"), "{text}");
        assert!(text.contains("and 4997 more series"), "{text}");
        assert!(text.contains("error_rate{component=api}"), "{text}");
    }
}

#[test]
fn every_alert_is_named_in_as_many_messages_as_that_takes() {
    let mut alerts = alerts();
    alerts[2].why = "x".repeat(5_000);
    alerts[2].series = "y".repeat(5_000);
    let rules: Vec<Rule> = (0..25)
        .map(|n| Rule {
            owner: Some("o".repeat(5_000)),
            runbook: Some(format!("https://run.example/{}", "r".repeat(480))),
            ..Rule::new(
                &format!("rule {n:03} {}", "z".repeat(5_000)),
                "m",
                Test::Anomaly,
            )
        })
        .collect();
    let news: Vec<News<'_>> = (0..250)
        .map(|n| News {
            alert: &alerts[2],
            rule: &rules[n % 25],
            since: Timestamp::UNIX_EPOCH,
            is_over: false,
        })
        .collect();
    let bulletin = Bulletin {
        project: "a",
        news: &news,
        now: Timestamp::UNIX_EPOCH,
    };
    for messages in [slack::render(&bulletin), teams::render(&bulletin)] {
        assert_eq!(messages.len(), 3);
        let text = pretties(&messages);
        assert!(rules.iter().all(|rule| text.contains(&rule.name[..8])));
        assert!(text.contains("message 3 of 3"));
        let longest = messages.iter().map(|it| it.to_string().len()).max();
        assert!(longest < Some(28_000), "{longest:?}");
    }
    let blocks = |it: &serde_json::Value| it["blocks"].as_array().unwrap().len();
    assert!(slack::render(&bulletin).iter().all(|it| blocks(it) <= 50));
}

#[test]
fn a_runbook_on_the_web_is_a_link_and_no_other() {
    let alerts = alerts();
    let message = |runbook: &str| {
        let rule = Rule {
            runbook: Some(runbook.to_owned()),
            ..Rule::new("errors", "m", Test::Anomaly)
        };
        let news = [News {
            alert: &alerts[0],
            rule: &rule,
            since: Timestamp::UNIX_EPOCH,
            is_over: false,
        }];
        let bulletin = Bulletin {
            project: "a",
            news: &news,
            now: Timestamp::UNIX_EPOCH,
        };
        [slack::render(&bulletin), teams::render(&bulletin)].map(|it| pretties(&it))
    };
    for text in message("https://run.example/q?a=1&b=2") {
        assert!(
            text.contains("\"url\": \"https://run.example/q?a=1&b=2\""),
            "{text}"
        );
        assert!(!text.contains("Runbook: "), "{text}");
    }
    for runbook in ["docs/errors.md", "javascript:alert(1)", "https://a b"] {
        for text in message(runbook) {
            assert!(!text.contains("\"url\""), "{text}");
            assert!(text.contains(&format!("Runbook: {runbook}")), "{text}");
        }
    }
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
