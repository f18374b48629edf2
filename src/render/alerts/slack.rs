//! A message for Slack, as an incoming web-hook takes it.

use serde_json::{Value, json};

use super::Bulletin;
use super::news::{facts, shown, title, word};
use crate::text::fit;

/// Characters that Slack takes in a header.
const HEADER: usize = 150;

/// Blocks of plain text: nothing foreign is read as a link, a mention or a mark.
pub fn render(bulletin: &Bulletin<'_>) -> Value {
    let headline = bulletin.headline();
    let plain = |text: &str| json!({ "type": "plain_text", "text": text, "emoji": false });
    let mut blocks = vec![json!({ "type": "header", "text": plain(&fit::cut(&headline, HEADER)) })];
    for news in bulletin.first() {
        let text = format!(
            "{}: {}\n{}",
            word(news).to_uppercase(),
            title(news),
            shown(&news.alert.why)
        );
        blocks.push(json!({ "type": "section", "text": plain(&text) }));
        let facts: Vec<String> = facts(news)
            .into_iter()
            .map(|(name, text)| format!("{name}: {text}"))
            .collect();
        blocks.push(json!({ "type": "context", "elements": [plain(&facts.join(" · "))] }));
    }
    if let Some(rest) = bulletin.rest() {
        blocks.push(json!({ "type": "context", "elements": [plain(&rest)] }));
    }
    // Shown in notifications, where it is read as marked text.
    json!({ "text": entities(&headline), "blocks": blocks })
}

fn entities(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
