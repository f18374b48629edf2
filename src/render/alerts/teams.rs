//! A message for Microsoft Teams: an adaptive card, as a workflow's web-hook takes it.

use serde_json::{Value, json};

use super::Bulletin;
use super::news::{facts, shown, title, word};

/// The message. Foreign texts stand in runs, which are not read as markdown.
pub fn render(bulletin: &Bulletin<'_>) -> Value {
    let run = |text: &str| json!({ "type": "TextRun", "text": text });
    let bold = |text: &str, color: &str| json!({ "type": "TextRun", "text": text, "weight": "bolder", "color": color });
    let block = |inlines: Vec<Value>| json!({ "type": "RichTextBlock", "inlines": inlines });
    let mut body = vec![block(vec![
        json!({ "type": "TextRun", "text": bulletin.headline(), "weight": "bolder", "size": "large" }),
    ])];
    for news in bulletin.first() {
        let color = match news.is_over {
            true => "good",
            false => "attention",
        };
        let head = format!("{}: {}", word(news).to_uppercase(), title(news));
        body.push(block(vec![bold(&head, color)]));
        body.push(block(vec![run(&shown(&news.alert.why))]));
        let facts: Vec<String> = facts(news)
            .into_iter()
            .map(|(name, text)| format!("{name}: {text}"))
            .collect();
        body.push(block(vec![run(&facts.join(" · "))]));
    }
    if let Some(rest) = bulletin.rest() {
        body.push(block(vec![run(&rest)]));
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
