//! Names and label values of OpenMetrics and of the Prometheus text format.

use std::borrow::Cow;
use std::collections::HashSet;

/// A name of the format: letters, digits, `_` and `:`, no digit first.
pub fn name(text: &str) -> String {
    let letter = |c: char| match c.is_ascii_alphanumeric() || c == ':' {
        true => c,
        false => '_',
    };
    let name: String = text.chars().map(letter).collect();
    match name.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("_{name}"),
        false => name,
    }
}

/// The family without a sample that says, in its help, which labels of an export are of its runs.
pub const RUNS: &str = "andon_runs";
/// What of a run is written as a label.
pub const OF_RUNS: [&str; 2] = ["branch", "runner"];

/// The name of a label, by its letters alone.
pub fn plain_label(text: &str) -> String {
    name(text).replace(':', "_")
}

/// A name of a label that the format leaves to whoever writes: those that begin with two underscores are its own.
pub fn label(text: &str) -> String {
    let plain = plain_label(text);
    match plain.starts_with("__") {
        true => match plain.trim_start_matches('_') {
            "" => "_".to_owned(),
            rest => name(rest),
        },
        false => plain,
    }
}

/// The lawful name of each of these: `written` says how the one is written that `called` gives, the first time it is used
/// and, with a number, every time after. What is called as it is written keeps its name; of the others, the later ones get
/// `__2` and so on, which [`is_of`] knows again.
pub fn distinct<K>(
    all: &[K],
    called: impl Fn(&K) -> &str,
    written: impl Fn(&K, &str) -> String,
) -> Vec<String> {
    let own = |key: &&K| written(key, "") == called(key);
    let mut taken: HashSet<String> = all.iter().filter(own).map(|key| written(key, "")).collect();
    let mut named = |key: &K| {
        let first = written(key, "");
        if first == called(key) || taken.insert(first.clone()) {
            return first;
        }
        let others = (2_u64..).map(|number| written(key, &format!("__{number}")));
        let mut free = others.skip_while(|name| taken.contains(name));
        let name = free.next().unwrap_or(first);
        taken.insert(name.clone());
        name
    };
    all.iter().map(&mut named).collect()
}

/// Whether a family of this unit that is called so is written by this name, be it as the second of that name.
pub fn is_of(called: &str, unit: &str, written: &str) -> bool {
    let Some(rest) = written.strip_prefix(&*name(called)) else {
        return false;
    };
    let ends = |rest: &str| rest.is_empty() || rest.strip_prefix('_') == Some(unit);
    let number = rest.strip_prefix("__").map(|rest| {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        after.len() < rest.len() && ends(after)
    });
    ends(rest) || number == Some(true)
}

/// Whether a label's value is written as it is.
pub fn is_kept(text: &str) -> bool {
    !text.contains(|c: char| c.is_control() && c != '\n')
}

/// What tells a label's value from all others, with the escapes of the format.
pub fn quoted(text: &str) -> Cow<'_, str> {
    match text.contains(['\\', '"', '\n']) {
        true => {
            let text = text.replace('\\', "\\\\").replace('"', "\\\"");
            Cow::Owned(text.replace('\n', "\\n"))
        }
        false => Cow::Borrowed(text),
    }
}

/// What stands between the quotes of a label's value. The format has no word for a carriage return, which ends a line as a
/// line feed does, nor for other signs that steer a terminal.
pub fn value(text: &str) -> Cow<'_, str> {
    let special = |c: char| matches!(c, '\\' | '"') || c.is_control();
    if !text.contains(special) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' => out.push_str("\\\\"),
            '"' => out.push_str("\\\""),
            '\n' | '\r' => out.push_str("\\n"),
            letter if letter.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            letter => out.push(letter),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_have_one_name() {
        let all = ["a-b", "a.b", "a.b__2", "a_b", "c"];
        let names = distinct(&all, |key| key, |key, number| name(key) + number);
        assert_eq!(names, ["a_b__2", "a_b__3", "a_b__2__2", "a_b", "c"]);
        for (called, written) in all.iter().zip(&names) {
            assert!(is_of(called, "", written), "{called} {written}");
        }
        assert!(is_of("x.time", "seconds", "x_time__12_seconds"));
        for written in ["cpu_2", "cpu__", "cpu__x", "cpu__2x", "cp"] {
            assert!(!is_of("cpu", "seconds", written), "{written}");
        }
    }

    #[test]
    fn names_and_values_are_lawful() {
        assert_eq!(name("response.time/p95"), "response_time_p95");
        assert_eq!(name("2nd"), "_2nd");
        for (text, lawful) in [
            ("__name__", "name__"),
            ("--x", "x"),
            ("__2", "_2"),
            ("__", "_"),
            ("_x", "_x"),
            ("a:b", "a_b"),
        ] {
            assert_eq!(label(text), lawful);
        }
        assert_eq!(quoted("a\\b\"c\nd\re"), "a\\\\b\\\"c\\nd\re");
        assert_eq!(value("plain, ä"), "plain, ä");
        assert_eq!(
            value("a\\b\"c\nd\r\ne\rf\x1b[2J"),
            "a\\\\b\\\"c\\nd\\ne\\nf\u{fffd}[2J"
        );
    }
}
