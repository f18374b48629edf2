//! What andon knows: one metric explained, all metrics, all formats. The README's tables are written here too.

mod explain;
mod formats;
mod metrics;
mod unknown;
mod words;

pub use explain::explain;
pub use formats::{format, formats, formats_document, formats_markdown};
pub use metrics::{list, metrics_markdown};
pub use unknown::{unknown_format, unknown_metric};
