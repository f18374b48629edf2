//! Messages for Slack, as an incoming web-hook takes them.

use serde_json::{Value, json};

use super::Bulletin;
use super::news::{Entry, RUNBOOK};
use crate::text::fit;

/// Characters that Slack takes in a header.
const HEADER: usize = 150;

/// The messages, one unless there are more alerts than it has room for. Blocks of plain text: nothing foreign is read as
/// a link, a mention or a mark; the policy's runbook alone is a link.
pub fn render(bulletin: &Bulletin<'_>) -> Vec<Value> {
    let headline = bulletin.headline();
    let messages = bulletin.messages().into_iter();
    messages
        .map(|(entries, line)| message(&headline, &entries, line))
        .collect()
}

fn message(headline: &str, entries: &[Entry<'_>], line: Option<String>) -> Value {
    let plain = |text: &str| json!({ "type": "plain_text", "text": text, "emoji": false });
    let mut blocks = vec![json!({ "type": "header", "text": plain(&fit::cut(headline, HEADER)) })];
    for entry in entries {
        let text = format!("{}\n{}", entry.head(), entry.lines().join("\n"));
        blocks.push(json!({ "type": "section", "text": plain(&text) }));
        blocks.push(json!({ "type": "context", "elements": [plain(&entry.facts())] }));
        if let Some(address) = entry.link() {
            let link = json!({ "type": "link", "url": address, "text": RUNBOOK });
            let section = json!({ "type": "rich_text_section", "elements": [link] });
            blocks.push(json!({ "type": "rich_text", "elements": [section] }));
        }
    }
    if let Some(line) = line {
        blocks.push(json!({ "type": "context", "elements": [plain(&line)] }));
    }
    // Shown in notifications, where it is read as marked text.
    json!({ "text": entities(headline), "blocks": blocks })
}

fn entities(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
