//! The query form: an SQLite database made of the durable form, which answers questions about many runs at once. It can
//! be thrown away at any time.

#[cfg(test)]
mod cases;
mod commit;
mod fill;
mod hiding;
mod ids;
mod index;
mod intake;
mod number;
mod points;
mod provisional;
mod repeats;
mod rows;
mod runs;
mod schema;
mod select;
mod staged;
mod standing;
mod units;

pub use fill::Caught;
pub use index::Index;
pub use repeats::Repeats;
pub use runs::Runs;
pub use select::Series;
pub use standing::Standing;
pub use units::known_units;
