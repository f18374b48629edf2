//! What a metric is. The catalogue of built-in metrics is in [`super::catalogue`].

use crate::text::number::Lean;
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::unit::Unit;

/// Which way a metric improves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// More is better: coverage, pass rate.
    Higher,
    /// Less is better: complexity, failures.
    Lower,
    /// Neither: sizes and totals, which only give context.
    Neither,
}

impl Better {
    /// The side to which a figure is rounded that is shown: the one that would fail, wherever it stands, so that one figure is
    /// never two.
    pub fn lean(self) -> Lean {
        match self {
            Better::Lower => Lean::Up,
            Better::Higher | Better::Neither => Lean::Down,
        }
    }

    /// The other way.
    pub fn turned(self) -> Better {
        match self {
            Better::Higher => Better::Lower,
            Better::Lower => Better::Higher,
            Better::Neither => Better::Neither,
        }
    }
}

/// A published framework that a metric belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Framework {
    /// DORA's delivery performance metrics.
    #[serde(rename = "DORA")]
    Dora,
    /// SPACE: satisfaction, performance, activity, communication, efficiency.
    #[serde(rename = "SPACE")]
    Space,
    /// DX Core 4: speed, effectiveness, quality, impact.
    #[serde(rename = "DX Core 4")]
    DxCore4,
}

impl Framework {
    /// The framework's name as its authors write it.
    pub fn name(self) -> &'static str {
        match self {
            Framework::Dora => "DORA",
            Framework::Space => "SPACE",
            Framework::DxCore4 => "DX Core 4",
        }
    }
}

/// The kinds of thing a metric can be measured on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeKind {
    /// Everything together.
    Project,
    /// A named set of paths of the policy.
    Component,
    /// One source file.
    File,
    /// One function or method.
    Function,
    /// One benchmark.
    Benchmark,
}

/// A definition: what is measured, in which unit, and which way is better.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// Dotted identifier, unique: `coverage.line`.
    pub id: Cow<'static, str>,
    /// Short title for tables.
    pub title: Cow<'static, str>,
    /// The unit in which values are held and bounds are written.
    pub unit: Unit,
    /// Which way the metric improves.
    pub better: Better,
    /// What the number says, in one or two sentences, with the counting rule.
    pub meaning: Cow<'static, str>,
    /// What to do when it slips.
    pub advice: Cow<'static, str>,
    /// The frameworks it belongs to.
    pub frameworks: &'static [Framework],
    /// What it can be measured on.
    pub scopes: &'static [ScopeKind],
}

impl Metric {
    /// The least and the most that a metric of the catalogue can be: a share is of a whole, and only scores are below 0.
    pub fn range(&self) -> (f64, f64) {
        match self.unit {
            Unit::Percent => (0.0, 100.0),
            Unit::Points | Unit::Custom(_) => (f64::NEG_INFINITY, f64::INFINITY),
            _ => (0.0, f64::INFINITY),
        }
    }
}

/// Project, component and file: the scopes of metrics that add up over files.
pub const BY_FILE: &[ScopeKind] = &[ScopeKind::Project, ScopeKind::Component, ScopeKind::File];
/// The project alone.
pub const BY_PROJECT: &[ScopeKind] = &[ScopeKind::Project];
/// Single functions.
pub const BY_FUNCTION: &[ScopeKind] = &[ScopeKind::Function];
/// Single benchmarks.
pub const BY_BENCHMARK: &[ScopeKind] = &[ScopeKind::Benchmark];
