//! The document that a web-hook of one's own receives.

use serde_json::{Value, json};

use super::Bulletin;
use super::news::word;

/// The document, version 1. Foreign texts are as they are.
pub fn render(bulletin: &Bulletin<'_>) -> Value {
    let news = bulletin.news.iter().map(|news| {
        json!({
            "kind": word(news),
            "alert": news.rule.name,
            "series": news.alert.series,
            "why": news.alert.why,
            "since": news.since.to_string(),
            "level": news.rule.level.word(),
            "owner": news.rule.owner,
            "runbook": news.rule.runbook,
        })
    });
    json!({
        "andon_news": 1,
        "project": bulletin.project,
        "at": bulletin.now.to_string(),
        "news": news.collect::<Vec<_>>(),
    })
}
