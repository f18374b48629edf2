//! Messages for Microsoft Teams: adaptive cards, as a workflow's web-hook takes them.

use serde_json::{Value, json};

use super::Bulletin;
use super::news::{Entry, RUNBOOK};

/// The messages, one unless there are more alerts than it has room for. Foreign texts stand in runs, which are not read as
/// markdown; the policy's runbook alone is a link.
pub fn render(bulletin: &Bulletin<'_>) -> Vec<Value> {
    let headline = bulletin.headline();
    let messages = bulletin.messages().into_iter();
    messages
        .map(|(entries, line)| message(&headline, &entries, line))
        .collect()
}

fn message(headline: &str, entries: &[Entry<'_>], line: Option<String>) -> Value {
    let run = |text: &str| json!({ "type": "TextRun", "text": text });
    let bold = |text: &str, color: &str| json!({ "type": "TextRun", "text": text, "weight": "bolder", "color": color });
    let block = |inlines: Vec<Value>| json!({ "type": "RichTextBlock", "inlines": inlines });
    let mut body = vec![block(vec![
        json!({ "type": "TextRun", "text": headline, "weight": "bolder", "size": "large" }),
    ])];
    for entry in entries {
        let color = match entry.first.is_over {
            true => "good",
            false => "attention",
        };
        body.push(block(vec![bold(&entry.head(), color)]));
        body.extend(entry.lines().iter().map(|text| block(vec![run(text)])));
        let mut facts = vec![run(&entry.facts())];
        if let Some(address) = entry.link() {
            let open = json!({ "type": "Action.OpenUrl", "url": address });
            facts.push(run(" · "));
            facts.push(json!({ "type": "TextRun", "text": RUNBOOK, "selectAction": open }));
        }
        body.push(block(facts));
    }
    if let Some(line) = line {
        body.push(block(vec![run(&line)]));
    }
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
            },
        }],
    })
}
