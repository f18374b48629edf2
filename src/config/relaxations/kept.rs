//! What is hidden, kept, logged and watched of the history.

use jiff::SignedDuration;

use super::moved;
use crate::config::Config;
use crate::domain::event::Share;
use crate::domain::watch::Rule;
use crate::text::number;

pub(super) fn compare(old: &Config, new: &Config, found: &mut Vec<String>) {
    for name in old
        .personal
        .iter()
        .filter(|name| !new.personal.contains(name))
    {
        found.push(format!(
            "`privacy.personal`: `{name}` is removed, so that its values are no longer hidden"
        ));
    }
    let spans = [
        ("keep.events", old.keep.events, new.keep.events),
        ("keep.runs", old.keep.runs, new.keep.runs),
    ];
    for (key, before, after) in spans {
        let text = |span: Option<SignedDuration>| {
            span.map_or("for good".to_owned(), |span| {
                number::duration(span.as_secs_f64())
            })
        };
        let is_shorter = after.is_some_and(|after| before.is_none_or(|before| after < before));
        if is_shorter {
            found.push(moved(key, text(before), text(after)));
        }
    }
    for (metric, share) in &new.sampling.metrics {
        let before = old.sampling.metrics.get(metric);
        if before.is_none_or(|before| share < before) {
            let text = |share: Option<&Share>| share.map_or("1".to_owned(), ToString::to_string);
            found.push(moved(&format!("sample.{metric}"), text(before), share));
        }
    }
    if old.audit && !new.audit {
        found.push(
            "`history.audit` is removed, so that reads and deletions are no longer logged"
                .to_owned(),
        );
    }
    if old.everywhere != new.everywhere {
        let (before, after) = (old.everywhere, new.everywhere);
        found.push(format!(
            "{} (changed)",
            moved("history.everywhere", before, after)
        ));
    }
    for before in &old.alerts {
        match new.alerts.iter().find(|after| after.name == before.name) {
            None => found.push(format!("alert `{}` is removed", before.name)),
            Some(after) => alert(before, after, found),
        }
    }
}

/// How an alert is harder to set off, or heard by fewer.
fn alert(before: &Rule, after: &Rule, found: &mut Vec<String>) {
    let name = format!("alert `{}`", before.name);
    if after.level < before.level {
        let (before, after) = (before.level.word(), after.level.word());
        found.push(format!("{name}: level {before}, now {after}"));
    }
    if after.hold > before.hold {
        let text = |span: Option<SignedDuration>| {
            span.map_or("at once".to_owned(), |span| {
                format!("after {}", number::duration(span.as_secs_f64()))
            })
        };
        let (before, after) = (text(before.hold), text(after.hold));
        found.push(format!("{name}: fires {before}, now {after}"));
    }
    // Who hears of it, and how often, is no matter of how much is demanded.
    let looks_for = |rule: &Rule| Rule {
        level: before.level,
        hold: None,
        owner: None,
        runbook: None,
        cooldown: Rule::COOLDOWN,
        ..rule.clone()
    };
    if looks_for(before) != looks_for(after) {
        found.push(format!("{name}: what it looks for is changed"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases::between;

    #[test]
    fn what_is_no_longer_hidden_kept_or_watched_is_told() {
        let alert = |more: &str| {
            format!(
                "alerts: [{{ name: a, when: 'error_rate > 5%'{more} }}]\nmetrics: {{ error_rate: {{ unit: '%', better: lower }} }}"
            )
        };
        let when = |bound: &str| alert("").replace("> 5%", bound);
        for (old, new, told) in [
            (
                "privacy: { personal: [user_id, mail] }".to_owned(),
                "privacy: { personal: [mail] }".to_owned(),
                "`privacy.personal`: `user_id` is removed, so that its values are no longer hidden",
            ),
            (
                "keep: { events: 30d }".to_owned(),
                "keep: { events: 7d }".to_owned(),
                "`keep.events`: 30 d, now 7 d",
            ),
            (
                String::new(),
                "keep: { runs: 1y }".to_owned(),
                "`keep.runs`: for good, now 365 d",
            ),
            (
                "sample: { a: 50% }".to_owned(),
                "sample: { a: 0.1 }".to_owned(),
                "`sample.a`: 0.5, now 0.1",
            ),
            (
                "history: { in: file, audit: true }".to_owned(),
                "history: { in: file, audit: false }".to_owned(),
                "`history.audit` is removed, so that reads and deletions are no longer logged",
            ),
            (
                "history: { in: file }".to_owned(),
                "history: { in: file, everywhere: true }".to_owned(),
                "`history.everywhere`: false, now true (changed)",
            ),
            (alert(""), String::new(), "alert `a` is removed"),
            (
                alert(", level: must"),
                alert(""),
                "alert `a`: level must, now should",
            ),
            (
                alert(", for: 10m"),
                alert(", for: 2h"),
                "alert `a`: fires after 10 min, now after 2 h",
            ),
            (
                when("> 5%"),
                when("> 50%"),
                "alert `a`: what it looks for is changed",
            ),
        ] {
            assert_eq!(between(&old, &new), [told]);
            let reverse = between(&new, &old);
            assert!(
                reverse.iter().all(|back| back.contains("changed")),
                "{reverse:?}"
            );
        }
        // Who hears of it, and how often.
        assert_eq!(
            between(&alert(", cooldown: 1h"), &alert(", cooldown: 9d, owner: o")),
            [""; 0]
        );
    }
}
