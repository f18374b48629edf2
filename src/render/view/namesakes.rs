//! How gates are told apart where they are named in a sentence.

use std::collections::HashMap;

use super::Row;

/// Which gates of a result are called alike.
pub(in crate::render) struct Namesakes<'a> {
    /// How many gates judge each part of what a title names.
    parts: HashMap<&'a str, HashMap<&'a str, usize>>,
}

impl<'a> Namesakes<'a> {
    /// Of these gates.
    pub(in crate::render) fn of(gates: &'a [Row]) -> Namesakes<'a> {
        let mut parts: HashMap<&str, HashMap<&str, usize>> = HashMap::new();
        for gate in gates {
            let scopes = parts.entry(&gate.title).or_default();
            *scopes.entry(&gate.scope).or_default() += 1;
        }
        Namesakes { parts }
    }

    /// The title alone where it tells the gate from all others; else what tells it apart.
    pub(in crate::render) fn name(&self, gate: &Row) -> String {
        let scopes = self.parts.get(&*gate.title);
        let name = match scopes.is_some_and(|scopes| scopes.len() > 1) {
            true => gate.subject(),
            false => gate.title.clone(),
        };
        self.apart(gate, name)
    }

    /// A name with what the gate requires, if others judge the same: in a sentence that does not stand beside it.
    pub(in crate::render) fn apart(&self, gate: &Row, name: String) -> String {
        let same = self.parts.get(&*gate.title);
        let same = same.and_then(|scopes| scopes.get(&*gate.scope));
        match same.is_some_and(|&same| same > 1) && !gate.requirement.is_empty() {
            true => format!("{name} {}", gate.requirement),
            false => name,
        }
    }
}
