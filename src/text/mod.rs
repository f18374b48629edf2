//! Text for people: numbers, units, and escaping for each output language. A leaf: it knows strings and numbers only.

pub mod escape;
pub mod fit;
pub mod number;
pub mod plural;
pub mod suggest;
