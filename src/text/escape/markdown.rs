//! GitHub-flavoured markdown.
//!
//! Two traps decide how this is done. Inside an inline `<code>` element the text is still markdown, so its content is
//! written as entities. And some rules look at text after entities are decoded: cmark-gfm links `a@b.c`, GitHub links
//! `@team` and `#1`. The first is broken by an empty comment, which leaves no trace on the page; the others are left
//! alone inside `<code>`.

use std::fmt::Write;

/// Foreign text as a `<code>` element: nothing in it is markup, a link, a mention, a reference or a table's edge.
/// Empty text is empty.
pub fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("<code>{}</code>", entities(text))
}

/// A path, an address or another long word as a `<code>` element that may be broken between its parts: GitHub breaks a
/// word in a table nowhere else, and the table would be wider than a telephone. Of more words each is whole.
pub fn place(text: &str) -> String {
    if text.contains(' ') {
        return code(text);
    }
    let text = code(text).replace('/', "/<wbr>");
    text.replace("</<wbr>code>", "</code>")
        .replace("&#58;", "&#58;<wbr>")
}

/// Foreign prose: like [`code`], but only those words stand in `<code>` that could be taken for anything but words.
pub fn prose(text: &str) -> String {
    let text = super::visible(text);
    let words = text.split(' ').map(|word| {
        let body = word.trim_end_matches([':', ',', ';', '.', ')']);
        let (body, tail) = word.split_at(body.len());
        if is_plain(body) {
            entities(word)
        } else {
            place(body) + &entities(tail)
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Foreign prose in which words between backticks are meant as code, as advice is written: `` run `x --y` ``. A backtick
/// without a partner stays.
pub fn advice(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        let Some((inner, behind)) = after.split_once('`').filter(|(inner, _)| !inner.is_empty())
        else {
            break;
        };
        out.push_str(&prose(before));
        out.push_str(&place(inner));
        rest = behind;
    }
    out.push_str(&prose(rest));
    out
}

/// Whether GitHub makes nothing of a word: no mention, reference, emoji, address or markup.
fn is_plain(word: &str) -> bool {
    let lower = word.to_lowercase();
    let linked = ["gh-", "www."].iter().any(|prefix| lower.contains(prefix));
    let plain =
        |c: char| c.is_alphanumeric() || ".,;()<>[]{}=%+-–—−…±→▲▼·/'’!?\"`_*|~^&".contains(c);
    !linked && word.chars().all(plain)
}

fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut before = ' ';
    for c in super::visible(text).chars() {
        let plain = match c {
            // `www.` would begin a link.
            '.' => !matches!(before, 'w' | 'W'),
            ' ' | '-' | '/' | ',' | ';' | '(' | ')' | '=' | '+' | '%' | '?' => true,
            c => c.is_ascii_alphanumeric() || !c.is_ascii(),
        };
        if plain {
            out.push(c);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "&#{};", c as u32);
        }
        if c == '@' {
            out.push_str("<!-- -->");
        }
        before = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn render(markdown: &str) -> String {
        let mut options = comrak::Options::default();
        options.extension.autolink = true;
        options.extension.table = true;
        options.extension.strikethrough = true;
        options.extension.tasklist = true;
        options.extension.footnotes = true;
        options.render.r#unsafe = true;
        comrak::markdown_to_html(markdown, &options)
    }

    /// The page's text, and whether it has any element but those andon writes.
    fn read(html: &str) -> String {
        let mut text = String::new();
        let mut rest = html.replace("<!-- -->", "");
        for tag in ["<p>", "</p>", "<code>", "</code>", "<wbr>"] {
            rest = rest.replace(tag, "");
        }
        assert!(!rest.contains('<'), "an element came through: {html}");
        text.push_str(rest.strip_suffix('\n').unwrap_or(&rest));
        for (entity, c) in [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&amp;", "&"),
        ] {
            text = text.replace(entity, c);
        }
        text
    }

    #[test]
    fn hostile_text_stays_text() {
        for hostile in [
            "</details></code><h1>x",
            "a|b|c `x` ``y`` ~~z~~ **b** _i_ \\",
            "<!-- andon:check --> &amp; &#64;",
            "![x](http://e.vil/x.png) [l](javascript:x) <http://e.vil>",
            "@org/team #1 org/repo#1 GH-1 :tada: [^1] [ ] $x$",
            "http://e.vil www.e.vil ftp://e.vil mailto:a@b.co a@b.co xmpp:a@b.co/c",
            "# heading",
            "> quote",
            "1. list",
            "- [x] task",
            "    indented",
            "<script>alert(1)</script>",
        ] {
            assert_eq!(read(&render(&code(hostile))), hostile);
            assert_eq!(read(&render(&place(hostile))), hostile);
            assert_eq!(
                read(&render(&format!("x {}", prose(hostile)))),
                format!("x {hostile}")
            );
        }
        assert_eq!(read(&render(&code("two\n\n# lines"))), "two  # lines");
    }

    #[test]
    fn prose_keeps_words_and_sets_apart_what_could_be_linked() {
        assert_eq!(prose("cover 31 more lines"), "cover 31 more lines");
        assert_eq!(prose(">= 90%"), "&#62;= 90%");
        assert_eq!(
            prose("ask @org/core, see #12"),
            "ask <code>&#64;<!-- -->org/<wbr>core</code>, see <code>&#35;12</code>"
        );
        assert_eq!(prose("the baseline: 3"), "the baseline&#58; 3");
    }

    #[test]
    fn advice_has_code_between_backticks() {
        assert_eq!(
            advice("run `a --b|c`, then `d`"),
            "run <code>a --b&#124;c</code>, then <code>d</code>"
        );
        assert_eq!(advice("a ` b"), "a &#96; b");
        assert_eq!(advice("```x```"), prose("```x```"));
        for hostile in [
            "`</code><h1>x`",
            "`a|b` @org/team `",
            "`![x](http://e.vil)`",
        ] {
            let read = read(&render(&format!("x {}", advice(hostile))));
            assert_eq!(
                read.replace('`', ""),
                format!("x {}", hostile.replace('`', ""))
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_comes_back_as_it_was(text in r"[ -~@#|<>`*_\[\]()!&:/w.à漢]{1,60}") {
            proptest::prop_assert_eq!(read(&render(&format!("x{}", code(&text)))), format!("x{text}"));
            proptest::prop_assert_eq!(read(&render(&format!("x{}", place(&text)))), format!("x{text}"));
        }

        #[test]
        fn any_cell_is_one_cell(text in r"\PC{0,40}") {
            let html = render(&format!("|a|b|\n|-|-|\n|{}|{}|\n", code(&text), advice(&text)));
            proptest::prop_assert_eq!(html.matches("<td>").count(), 2);
            proptest::prop_assert_eq!(html.matches("<a").count(), 0);
            proptest::prop_assert_eq!(html.matches("<img").count(), 0);
        }
    }
}
