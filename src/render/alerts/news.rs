//! What all ways of telling have in common.

use jiff::Timestamp;

use crate::domain::watch::News;
use crate::text::escape::visible;
use crate::text::{fit, plural};

/// What is to be told at once.
#[derive(Debug, Clone, Copy)]
pub struct Bulletin<'a> {
    /// Of which project.
    pub project: &'a str,
    /// What.
    pub news: &'a [News<'a>],
    /// Now.
    pub now: Timestamp,
}

/// As many as a message has room for: Teams takes 28 KB, Slack 50 blocks.
const MOST: usize = 12;
/// Characters of a foreign text.
const LONGEST: usize = 200;

impl Bulletin<'_> {
    /// `acme/shop: 2 alerts firing, 1 recovered`.
    pub(super) fn headline(&self) -> String {
        let over = self.news.iter().filter(|news| news.is_over).count();
        let firing = self.news.len() - over;
        let mut parts = Vec::new();
        if firing > 0 {
            parts.push(format!("{} firing", plural::s(firing as u64, "alert")));
        }
        if over > 0 {
            parts.push(match firing {
                0 => format!("{} recovered", plural::s(over as u64, "alert")),
                _ => format!("{over} recovered"),
            });
        }
        format!("{}: {}", shown(self.project), parts.join(", "))
    }

    /// Those that there is room for.
    pub(super) fn first(&self) -> impl Iterator<Item = &News<'_>> {
        self.news.iter().take(MOST)
    }

    /// That there are more than there is room for.
    pub(super) fn rest(&self) -> Option<String> {
        let more = self.news.len().saturating_sub(MOST);
        (more > 0).then(|| format!("and {more} more"))
    }
}

/// A foreign text as it is told: nothing hidden, not too long.
pub(super) fn shown(text: &str) -> String {
    visible(&fit::cut(text, LONGEST)).into_owned()
}

/// `FIRING` or `RECOVERED`.
pub(super) fn word(news: &News<'_>) -> &'static str {
    match news.is_over {
        true => "recovered",
        false => "firing",
    }
}

/// `errors on error_rate{component=api}`.
pub(super) fn title(news: &News<'_>) -> String {
    format!(
        "{} on {}",
        shown(&news.rule.name),
        shown(&news.alert.series)
    )
}

/// What stands beside: since when, how much it matters, who answers for it, what to do.
pub(super) fn facts(news: &News<'_>) -> Vec<(&'static str, String)> {
    let since = news.since.strftime("%Y-%m-%d %H:%M UTC").to_string();
    let mut facts = vec![
        ("Since", since),
        ("Level", news.rule.level.word().to_owned()),
    ];
    let texts = [("Owner", &news.rule.owner), ("Runbook", &news.rule.runbook)];
    for (name, text) in texts {
        facts.extend(text.as_deref().map(|text| (name, shown(text))));
    }
    facts
}
