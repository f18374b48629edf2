//! Reading a page as its readers see it, by a renderer that is not ours.

use comrak::{Options, markdown_to_html};

/// The page as HTML, by the rules of GitHub, raw elements included.
pub(super) fn html(page: &str) -> String {
    let mut gfm = Options::default();
    gfm.extension.autolink = true;
    gfm.extension.table = true;
    gfm.extension.strikethrough = true;
    gfm.render.r#unsafe = true;
    markdown_to_html(page, &gfm)
}

/// What is seen without unfolding anything, a line each, without elements.
pub(super) fn unfolded(page: &str) -> String {
    let mut seen = String::new();
    for part in html(page).split("<details>") {
        seen.push_str(part.split("</details>").last().unwrap());
        if let Some((summary, _)) = part
            .strip_prefix("<summary>")
            .and_then(|rest| rest.split_once("</summary>"))
        {
            seen.push_str(summary);
            seen.push('\n');
        }
    }
    let mut text = String::new();
    for part in seen.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
    }
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    lines.join("\n")
}

/// That every element is closed where it should be.
pub(super) fn is_balanced(page: &str) {
    let html = html(page);
    let mut open: Vec<&str> = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let name = tag.split(' ').next().unwrap();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "</{name}>"),
            None if matches!(name, "br" | "wbr" | "!--") => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

/// That nothing is in the page but what andon writes.
pub(super) fn holds_only_known_elements(page: &str, project: &str) {
    let known = [
        "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "code", "br", "br /",
        "details", "summary", "ul", "li", "sub", "h4", "a", "wbr", "!-- --",
    ];
    is_balanced(page);
    let html = html(page);
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let name = tag.trim_start_matches('/');
        let cell = name.strip_prefix("th ").or(name.strip_prefix("td "));
        let aligned = cell.is_some_and(|it| matches!(it, "align=\"left\"" | "align=\"right\""));
        let linked = name.starts_with(&format!("a href=\"{project}"));
        assert!(known.contains(&name) || aligned || linked, "<{tag}>");
    }
    // A renderer drops the cells that are too many, so they are counted before.
    let mut edges = None;
    for line in page.lines() {
        let count = line.matches('|').count();
        match (line.starts_with('|'), edges) {
            (true, None) => edges = Some(count),
            (true, Some(edges)) => assert_eq!(count, edges, "{line}"),
            (false, _) => edges = None,
        }
    }
}
