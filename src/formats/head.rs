//! The beginning of a file, by which its format is told.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::plain::plain;

/// The first kilobytes of a file, decoded, with what can be seen in them.
#[derive(Debug)]
pub struct Head {
    /// The text; bad bytes read U+FFFD.
    pub text: String,
    /// The local name of the XML root element, if it looks like XML.
    root: Option<String>,
    /// The local name of the first element in it.
    child: Option<String>,
    /// The object keys seen so far, each once, with their depth (the outermost object's keys are at 1), if it looks like
    /// JSON.
    keys: Vec<(u32, String)>,
}

impl Head {
    /// How many bytes of a file are looked at.
    pub const BYTES: usize = 64 << 10;

    /// Looks at the beginning of a file.
    pub fn new(text: String) -> Head {
        let uncoloured = match plain(&text) {
            Cow::Owned(plain) if !is_structured(&text) => Some(plain),
            _ => None,
        };
        let text = uncoloured.unwrap_or(text);
        let trimmed = unpadded(&text);
        let (mut root, mut child, mut keys) = (None, None, Vec::new());
        match trimmed.as_bytes().first() {
            Some(b'<') => {
                if let Some((name, behind)) = element(trimmed) {
                    root = Some(name.to_owned());
                    child = inside(behind)
                        .and_then(element)
                        .map(|(name, _)| name.to_owned());
                }
            }
            Some(b'{' | b'[') => keys = json_keys(trimmed),
            _ => {}
        }
        Head {
            text,
            root,
            child,
            keys,
        }
    }

    /// The local name of the XML root element.
    pub fn xml_root(&self) -> Option<&str> {
        self.root.as_deref()
    }

    /// What stands behind the root's name in its tag: the attributes as they are written.
    pub fn xml_root_attributes(&self) -> Option<&str> {
        let root = self.xml_root()?;
        let (_, behind) = self.text.split_once(&format!("<{root}"))?;
        behind.split_once('>').map(|(attributes, _)| attributes)
    }

    /// The local name of the first element in the XML root element.
    pub fn xml_child(&self) -> Option<&str> {
        self.child.as_deref()
    }

    /// Whether it looks like JSON: an object or an array.
    pub fn is_json(&self) -> bool {
        self.text
            .trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with(['{', '['])
    }

    /// Whether an object key of this name was seen at this depth. The outermost object or array is at depth 1.
    pub fn has_key(&self, depth: u32, name: &str) -> bool {
        self.keys
            .iter()
            .any(|(at, key)| *at == depth && key == name)
    }

    /// The object keys seen at this depth, each once.
    pub fn keys_at(&self, depth: u32) -> impl Iterator<Item = &str> {
        self.keys
            .iter()
            .filter(move |(at, _)| *at == depth)
            .map(|(_, key)| key.as_str())
    }

    /// The first lines that are not blank.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.text
            .trim_start_matches('\u{feff}')
            .lines()
            .map(str::trim_end)
            .filter(|line| !line.is_empty())
    }
}

/// Without what may stand before a document.
fn unpadded(text: &str) -> &str {
    text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
}

/// Whether it looks like XML or JSON, in whose texts a colour is content.
fn is_structured(text: &str) -> bool {
    unpadded(text).starts_with(['<', '{', '['])
}

/// The local name of the first element, and what follows that name.
fn element(mut text: &str) -> Option<(&str, &str)> {
    loop {
        text = text.trim_start();
        if let Some(rest) = text.strip_prefix("<?") {
            text = rest.split_once("?>")?.1;
        } else if let Some(rest) = text.strip_prefix("<!--") {
            text = rest.split_once("-->")?.1;
        } else if let Some(rest) = text.strip_prefix("<!") {
            let subset = rest.find('[');
            let end = rest.find('>')?;
            text = match subset {
                Some(at) if at < end => rest.get(at..)?.split_once(']')?.1.split_once('>')?.1,
                _ => rest.get(end + 1..)?,
            };
        } else {
            let rest = text.strip_prefix('<')?;
            let end = rest.find([' ', '\t', '\r', '\n', '>', '/'])?;
            let (name, behind) = rest.split_at_checked(end)?;
            let name = name.rsplit(':').next().unwrap_or(name);
            return Some((name, behind)).filter(|(name, _)| !name.is_empty());
        }
    }
}

/// What stands in the element whose attributes begin `text`. They may hold any text.
fn inside(mut text: &str) -> Option<&str> {
    loop {
        let at = text.find(['>', '"', '\''])?;
        let (mark, rest) = text.get(at..)?.split_at_checked(1)?;
        match mark {
            ">" => return Some(rest),
            quote => text = rest.split_once(quote)?.1,
        }
    }
}

fn json_keys(text: &str) -> Vec<(u32, String)> {
    let bytes = text.as_bytes();
    let (mut keys, mut depth, mut at) = (Vec::new(), 0_u32, 0_usize);
    // The objects of a list all have the same keys.
    let mut seen = FxHashSet::default();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let start = at + 1;
                at = start;
                loop {
                    let rest = bytes.get(at..).unwrap_or_default();
                    at += memchr::memchr2(b'"', b'\\', rest).unwrap_or(rest.len());
                    if bytes.get(at) != Some(&b'\\') {
                        break;
                    }
                    at += 2;
                }
                let after = bytes
                    .get(at + 1..)
                    .unwrap_or_default()
                    .iter()
                    .find(|byte| !byte.is_ascii_whitespace());
                if after == Some(&b':')
                    && let Some(key) = text.get(start..at)
                    && seen.insert((depth, key))
                {
                    keys.push((depth, key.to_owned()));
                }
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        Head::new(text.to_owned())
    }

    #[test]
    fn the_root_element_is_found_behind_what_may_stand_before_it() {
        for text in [
            "<report/>",
            "\u{feff}  <?xml version='1.0'?>\n<!-- <x> --><report name='a'>",
            "<!DOCTYPE report PUBLIC \"-//X//DTD\" \"r.dtd\"><report>",
            "<!DOCTYPE report [<!ENTITY a \"b>\">]><j:report xmlns:j='x'>",
        ] {
            assert_eq!(head(text).xml_root(), Some("report"), "{text}");
        }
        assert_eq!(head("<").xml_root(), None);
        assert_eq!(head("<!DOCTYPE").xml_root(), None);
        assert_eq!(head("text").xml_root(), None);
    }

    #[test]
    fn the_first_element_in_the_root_is_found_behind_what_may_stand_before_it() {
        for text in [
            "<r><a/>",
            "<?xml version='1.0'?>\n<x:r v='>' w=\"</r>\">\n <!-- <b> --> <n:a b='c'>",
            "<r\n>\n<?pi?><a>text</a></r>",
        ] {
            assert_eq!(head(text).xml_child(), Some("a"), "{text}");
        }
        for text in ["<r/>", "<r></r>", "<r", "<r>text", "{}"] {
            assert_eq!(head(text).xml_child(), None, "{text}");
        }
    }

    #[test]
    fn keys_are_told_by_depth_and_from_values() {
        let head = head(r#"{"meta": {"format": 3, "a\"b": "meta"}, "files": [{"x": 1"#);
        assert!(head.has_key(1, "meta") && head.has_key(1, "files"));
        assert!(head.has_key(2, "format") && head.has_key(3, "x"));
        assert!(!head.has_key(1, "format"));
        assert_eq!(head.keys_at(2).count(), 2);
    }
}
