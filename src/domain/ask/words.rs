//! The words of a question.

/// A question longer than this is no question.
pub(super) const LONGEST: usize = 1_000;

/// A word of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// As it was written.
    pub(super) text: String,
    /// In lower case, as it is compared.
    pub(super) folded: String,
    /// Whether it stood in quotes: then it is a value and nothing else.
    pub(super) quoted: bool,
}

impl Word {
    fn new(text: String, quoted: bool) -> Word {
        let folded = text.to_lowercase();
        Word {
            text,
            folded,
            quoted,
        }
    }
}

/// Cuts a question into words: at blanks, at commas, and at `=` and `!=`, which are words of their own. What stands in
/// double quotes is one word.
pub(super) fn words(question: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut now = String::new();
    let mut quoted = false;
    let mut characters = question.chars().take(LONGEST).peekable();
    let end = |now: &mut String, words: &mut Vec<Word>| {
        // What ends a sentence belongs to no word.
        let text = now.trim_end_matches(['?', '.', ';', ':']).to_owned();
        now.clear();
        if !text.is_empty() {
            words.push(Word::new(text, false));
        }
    };
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted => {
                words.push(Word::new(std::mem::take(&mut now), true));
                quoted = false;
            }
            '"' => {
                end(&mut now, &mut words);
                quoted = true;
            }
            c if quoted => now.push(c),
            ',' | '=' => {
                end(&mut now, &mut words);
                words.push(Word::new(c.to_string(), false));
            }
            '!' if characters.peek() == Some(&'=') => {
                end(&mut now, &mut words);
                characters.next();
                words.push(Word::new("!=".to_owned(), false));
            }
            c if c.is_whitespace() => end(&mut now, &mut words),
            c => now.push(c),
        }
    }
    end(&mut now, &mut words);
    words
}

/// A word as it is held against others: `errors` is `error`, `latencies` is `latency`.
pub(super) fn stem(word: &str) -> String {
    if let Some(stem) = word.strip_suffix("ies") {
        return format!("{stem}y");
    }
    if let Some(stem) = word.strip_suffix("es")
        && ["ch", "sh", "x", "ss"]
            .iter()
            .any(|end| stem.ends_with(end))
    {
        return stem.to_owned();
    }
    match word.strip_suffix('s') {
        Some(stem) if stem.len() > 2 && !stem.ends_with('s') => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_cut_where_people_see_words() {
        let cut = |question: &str| {
            let words = words(question).into_iter();
            words.map(|word| word.text).collect::<Vec<_>>().join("|")
        };
        assert_eq!(cut("What is p95, please?"), "What|is|p95|,|please");
        assert_eq!(cut("branch!=main op=\"a b\" "), "branch|!=|main|op|=|a b");
        assert_eq!(cut("coverage.line."), "coverage.line");
        assert_eq!(cut(""), "");
        assert!(words(&"a ".repeat(10_000)).len() <= LONGEST);
    }

    #[test]
    fn one_and_many_are_alike() {
        assert_eq!(stem("latencies"), "latency");
        assert_eq!(stem("errors"), stem("error"));
        assert_eq!(stem("class"), "class");
        assert_eq!(stem("branches"), "branch");
        assert_eq!(stem("s"), "s");
    }
}
