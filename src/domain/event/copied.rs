//! Ids of events that were exported without having had one.

/// What such an id begins with.
const BEGINNING: &str = "point:";

/// The id under which an event goes that has none: what it was recorded with, and a hash that tells it from the rest of
/// that. Where that is recorded too, the event is there already.
pub fn id_of_copy(part: &str, hash: &str) -> String {
    format!("{BEGINNING}{part}:{hash}")
}

/// What the event of an id was recorded with in the first place; `None` if it is no such id.
pub fn copied_from(id: &str) -> Option<&str> {
    let (part, _) = id.strip_prefix(BEGINNING)?.split_once(':')?;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_says_what_it_is_a_copy_from() {
        assert_eq!(copied_from(&id_of_copy("00ff", "ab")), Some("00ff"));
        assert_eq!(copied_from("point:00ff"), None);
        assert_eq!(copied_from("report:00ff:1"), None);
    }
}
