//! Why there is no measurement for a gate that judges the change.

use crate::domain::baseline::Lack;
use crate::domain::delta::{Delta, Gap, Silence};
use crate::domain::gate::policy::{Gate, Selector};

const TOGETHER: &str =
    "what a change did is known over all reports together, not over those with some label";

impl Gap {
    /// Whether a gate judges what is not measured.
    fn concerns(&self, gate: &Gate) -> bool {
        let id = &*gate.metric.id;
        let family = self.metric.is_empty() || self.metric.ends_with('.');
        let metric = *self.metric == *id || family && id.starts_with(&*self.metric);
        let scope = match (&gate.selector, &self.component) {
            (_, None) => true,
            (Selector::Component(Some(wanted)), Some(name)) => wanted == name,
            (Selector::Component(None), Some(_)) => true,
            _ => false,
        };
        let wanted = gate.labels.get("producer");
        let producer = self.producer.is_empty() || wanted.is_none_or(|it| *it == self.producer);
        metric && self.part == gate.part && scope && producer
    }
}

impl Delta {
    /// Why there is no measurement for this gate, which judges the change or what is new; `None` if nothing is known of
    /// it here, as where no report speaks of the metric at all. To be asked once no measurement is found. What is not
    /// known outweighs what is not there.
    pub fn silence(&self, gate: &Gate) -> Option<Silence> {
        if gate.part.is_whole() {
            return None;
        }
        let concerned: Vec<&Gap> = self.gaps.iter().filter(|gap| gap.concerns(gate)).collect();
        // What is said of a component itself goes before what is said of the project.
        let own = |gap: &&&Gap| gap.component.is_some();
        let own: Vec<&Gap> = concerned.iter().filter(own).copied().collect();
        let said = if own.is_empty() { concerned } else { own };
        let unknown = |gap: &&&Gap| matches!(gap.silence, Silence::Unknown(_));
        let worst = said.iter().find(unknown).or(said.first());
        match worst {
            Some(gap) => Some(gap.silence.clone()),
            None if gate.labels.keys().any(|label| label != "producer") => {
                Some(Silence::Unknown(Lack::new(TOGETHER)))
            }
            None => None,
        }
    }
}
