//! A test: how it ended, and whether a keyword in it was run.

use crate::domain::report::Problem;
use crate::formats::xml::{Branch, Node, Xml};

/// What stands in a test. Keywords in which others stand are left out: they are counted as run in a dry run too.
#[derive(Default)]
pub(super) struct Test {
    pub(super) status: Option<Branch>,
    /// Whether a keyword was run and passed.
    pub(super) ran: bool,
    /// Whether a keyword was not run.
    pub(super) idle: bool,
}

impl Test {
    /// Reads the test that was opened last to its end. It holds keywords of any size, of which nothing is kept.
    ///
    /// # Errors
    /// As [`Xml::next`].
    pub(super) fn read(xml: &mut Xml<'_>) -> Result<Test, Problem> {
        let mut test = Test::default();
        let mut keywords = 0_u64;
        // Of each open element its number, if it is a keyword.
        let mut open: Vec<Option<u64>> = vec![None];
        while let Some(node) = xml.next_tag()? {
            match node {
                Node::Open(element) if element.name() == "status" => match open.as_slice() {
                    [_] => {
                        let status = Branch::of(&element);
                        let status = xml.grow(status, |_| false)?;
                        test.status.get_or_insert(status);
                    }
                    inner => {
                        if inner.last() == Some(&Some(keywords)) {
                            let status = element.attribute("status").unwrap_or_default();
                            test.ran |= status == "PASS";
                            test.idle |= matches!(&*status, "NOT RUN" | "NOT_RUN");
                        }
                        xml.skip()?;
                    }
                },
                Node::Open(element) => {
                    let keyword = element.name() == "kw";
                    keywords += u64::from(keyword);
                    open.push(keyword.then_some(keywords));
                }
                Node::Close(_) => {
                    open.pop();
                    if open.is_empty() {
                        break;
                    }
                }
                Node::Text(_) => {}
            }
        }
        Ok(test)
    }
}
