//! Logging commands of Azure Pipelines: `##vso[area.action property=value;]message`.

use super::{stdout_safe, visible, visible_lines};

/// The message of a command. Nothing in it is a command of its own.
pub fn data(text: &str) -> String {
    stdout_safe(&visible_lines(text))
        .replace('%', "%AZP25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A property of a command: `sourcepath=…`. It is on one line.
pub fn property(text: &str) -> String {
    data(&visible(text)).replace(';', "%3B").replace(']', "%5D")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_escaped_as_the_agent_reads_them() {
        assert_eq!(data("100%\nnext; a]"), "100%AZP25%0Anext; a]");
        assert_eq!(property("a;b]\r\n%3B"), "a%3Bb%5D %AZP253B");
        for hostile in ["##vso[task.complete]", "x\n##[error]y", "::add-mask::x"] {
            let safe = property(hostile);
            assert!(!safe.contains("##") && !safe.starts_with("::"), "{safe}");
        }
    }
}
