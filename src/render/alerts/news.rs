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

/// Alerts that one message has room for: Teams takes 28 KB, Slack 50 blocks.
const MOST: usize = 10;
/// Series of one alert that are named.
const FEW: usize = 3;
/// Characters of a series among several, and of why it is told.
const SHORT: usize = 100;
/// The longest address that is a link.
const ADDRESS: usize = 500;
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

    /// One entry for each alert, whatever the number of its series, so that many series of one hide no other.
    pub(super) fn entries(&self) -> Vec<Entry<'_>> {
        let mut entries: Vec<Entry<'_>> = Vec::new();
        for news in self.news {
            let same = entries.iter_mut().find(|entry| {
                entry.first.rule.name == news.rule.name && entry.first.is_over == news.is_over
            });
            match same {
                Some(entry) => entry.others.push(news),
                None => entries.push(Entry {
                    first: news,
                    others: Vec::new(),
                }),
            }
        }
        entries
    }

    /// All entries by messages that have room for them, each message with the line that says which of them it is, if
    /// they are several: what counts as told is named in one of them.
    pub(super) fn messages(&self) -> Vec<(Vec<Entry<'_>>, Option<String>)> {
        let mut entries = self.entries().into_iter().peekable();
        let mut messages = Vec::new();
        while entries.peek().is_some() {
            messages.push((entries.by_ref().take(MOST).collect(), None));
        }
        let many = messages.len();
        if many > 1 {
            for (at, (_, line)) in messages.iter_mut().enumerate() {
                *line = Some(format!("message {} of {many}", at + 1));
            }
        }
        messages
    }
}

/// What is told of one alert: that it fires on these series, or that it is over on them.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    /// Of its first series.
    pub(super) first: &'a News<'a>,
    /// Of its other series.
    others: Vec<&'a News<'a>>,
}

impl Entry<'_> {
    /// `FIRING: errors on error_rate{component=api}`, or `FIRING: errors on 130 series`.
    pub(super) fn head(&self) -> String {
        let title = match self.others.len() {
            0 => title(self.first),
            others => format!("{} on {} series", shown(&self.first.rule.name), others + 1),
        };
        format!("{}: {title}", word(self.first).to_uppercase())
    }

    /// Why, of several series a line each for the first of them, and how many more there are.
    pub(super) fn lines(&self) -> Vec<String> {
        if self.others.is_empty() {
            return vec![shown(&self.first.alert.why)];
        }
        let all = std::iter::once(&self.first).chain(&self.others);
        let short = |text: &str| visible(&fit::cut(text, SHORT)).into_owned();
        let mut lines: Vec<String> = all
            .take(FEW)
            .map(|news| format!("{}: {}", short(&news.alert.series), short(&news.alert.why)))
            .collect();
        let more = (self.others.len() + 1).saturating_sub(FEW);
        if more > 0 {
            lines.push(format!(
                "and {more} more series: `andon alerts` has them all"
            ));
        }
        lines
    }

    /// Since when, how much it matters, who answers for it, and what to do where that is no link.
    pub(super) fn facts(&self) -> String {
        let earliest = self.others.iter().map(|news| news.since).min();
        let mut first = self.first.clone();
        first.since = earliest.map_or(first.since, |since| since.min(first.since));
        let linked = self.link().is_some();
        facts(&first)
            .into_iter()
            .filter(|(name, _)| !(linked && *name == RUNBOOK))
            .map(|(name, text)| format!("{name}: {text}"))
            .collect::<Vec<_>>()
            .join(" · ")
    }

    /// The address of the runbook, where it is one that a browser opens.
    pub(super) fn link(&self) -> Option<&str> {
        let address = self.first.rule.runbook.as_deref()?;
        let is_web = ["https://", "http://"]
            .iter()
            .any(|scheme| address.starts_with(scheme));
        let is_plain = address.len() <= ADDRESS && address.chars().all(|c| c.is_ascii_graphic());
        (is_web && is_plain).then_some(address)
    }
}

/// What the runbook is called.
pub(super) const RUNBOOK: &str = "Runbook";

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
    let texts = [("Owner", &news.rule.owner), (RUNBOOK, &news.rule.runbook)];
    for (name, text) in texts {
        facts.extend(text.as_deref().map(|text| (name, shown(text))));
    }
    facts
}
