//! What alerts would have told.

use serde_json::{Value as Json, json};

use super::{SHOWN, day, short};
use crate::domain::backtest::{AlertReplay, Firing};
use crate::text::number::{self, Lean};
use crate::text::plural;

pub(super) const ALERTS: [&str; 5] = ["ALERT", "MOMENTS", "FIRING", "FIRED", "OPEN"];
pub(super) const FIRINGS: [&str; 6] = ["COMMIT", "TIME", "ALERT", "SERIES", "WHY", "THEN"];

/// How often alerts fired, in words, where there are any: `2 alerts fired 5 times`.
pub(super) fn headline(alerts: &[AlertReplay]) -> Option<String> {
    let times: usize = alerts.iter().map(|alert| alert.firings.len()).sum();
    (!alerts.is_empty()).then(|| {
        format!(
            "{} fired {}",
            plural::s(alerts.len() as u64, "alert"),
            plural::s(times as u64, "time")
        )
    })
}

/// A row for each alert.
pub(super) fn rows(alerts: &[AlertReplay]) -> Vec<Vec<String>> {
    let row = |alert: &AlertReplay| {
        let open = alert.firings.iter().filter(|it| it.until.is_none());
        vec![
            alert.id.clone(),
            number::count(alert.moments),
            match alert.rate() {
                Some(rate) => format!(
                    "{} of {} ({})",
                    number::count(alert.firing),
                    number::count(alert.judged),
                    number::percent(rate * 100.0, Lean::Up)
                ),
                None => "no data".to_owned(),
            },
            number::count(alert.firings.len() as u64),
            number::count(open.count() as u64),
        ]
    };
    alerts.iter().map(row).collect()
}

/// The firings as rows, the newest first, and what was left out.
pub(super) fn firings(alerts: &[AlertReplay]) -> (Vec<Vec<String>>, Option<String>) {
    let mut all = each(alerts);
    all.sort_by_key(|(_, firing)| std::cmp::Reverse(firing.at));
    let more = all.len().saturating_sub(SHOWN) as u64;
    let row = |(alert, firing): &(&AlertReplay, &Firing)| {
        vec![
            short(&firing.commit),
            firing.at.strftime("%Y-%m-%d %H:%M").to_string(),
            alert.id.clone(),
            firing.series.clone(),
            firing.why.clone(),
            match firing.until {
                Some(until) => {
                    let seconds = until.duration_since(firing.at).as_secs_f64();
                    format!(
                        "quiet on {}, after {}",
                        day(until),
                        number::duration(seconds)
                    )
                }
                None => "open".to_owned(),
            },
        ]
    };
    let rows = all.iter().take(SHOWN).map(row).collect();
    let more = (more > 0).then(|| {
        format!(
            "and {} before: --format json has them all",
            plural::s(more, "firing")
        )
    });
    (rows, more)
}

/// Each firing with its alert.
pub(super) fn each(alerts: &[AlertReplay]) -> Vec<(&AlertReplay, &Firing)> {
    let of = |alert| -> Vec<(&AlertReplay, &Firing)> {
        let alert: &AlertReplay = alert;
        alert.firings.iter().map(|firing| (alert, firing)).collect()
    };
    alerts.iter().flat_map(of).collect()
}

/// What the tables have no room for: of which alerts what could not be told.
pub(super) fn remarks(alerts: &[AlertReplay]) -> Vec<(&str, String)> {
    let said = alerts.iter().filter_map(|alert| {
        let lack = alert.lack.as_ref()?;
        let what = match (alert.moments, alert.unjudged) {
            (0, _) => "cannot be replayed".to_owned(),
            (_, 0) => "replayed".to_owned(),
            (_, times) => format!("could not be told {}", plural::s(times, "time")),
        };
        Some((&*alert.id, format!("{what}: {lack}")))
    });
    said.collect()
}

/// As JSON.
pub(super) fn json(alerts: &[AlertReplay]) -> Vec<Json> {
    let one = |alert: &AlertReplay| {
        let firings = alert.firings.iter().map(|firing| {
            json!({
                "series": firing.series,
                "at": firing.at.to_string(),
                "commit": firing.commit,
                "why": firing.why,
                "until": firing.until.map(|at| at.to_string()),
            })
        });
        json!({
            "id": alert.id,
            "moments": alert.moments,
            "judged": alert.judged,
            "firing": alert.firing,
            "unjudged": alert.unjudged,
            "rate": alert.rate(),
            "lack": alert.lack,
            "firings": firings.collect::<Vec<Json>>(),
        })
    };
    alerts.iter().map(one).collect()
}
