//! What leaving out the unsure answers gains.

use serde::Serialize;

/// The most confident answers, and how many of them are right.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CoveragePoint {
    /// Share of the answers that is kept.
    pub coverage: f64,
    /// Share of those that is right.
    pub accuracy: f64,
    /// The least probability among them.
    pub probability: f64,
}

/// The risk-coverage curve (El-Yaniv & Wiener 2010), as accuracy.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RiskCoverage {
    /// Mean share of wrong answers over all coverages: the area under the
    /// risk-coverage curve (Geifman & El-Yaniv 2017); less is better.
    pub area: f64,
    /// From the most confident twentieth to all answers.
    pub points: Vec<CoveragePoint>,
}

/// The curve of answers: the probability claimed, and whether it was right. Answers of one
/// probability count as if they came in any order, so that the order of rows does not matter.
pub(super) fn risk_coverage(mut claims: Vec<(f32, bool)>) -> RiskCoverage {
    const POINTS: usize = 20;
    claims.sort_by(|a, b| b.0.total_cmp(&a.0));
    let rows = claims.len();
    let mut accuracies = Vec::with_capacity(rows);
    let mut right = 0.0;
    for tied in claims.chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq()) {
        let share = tied.iter().filter(|claim| claim.1).count() as f64 / tied.len() as f64;
        for _ in tied {
            right += share;
            accuracies.push(right / (accuracies.len() + 1) as f64);
        }
    }
    let mut kept: Vec<usize> = (1..=POINTS).map(|at| (at * rows).div_ceil(POINTS)).collect();
    kept.retain(|&kept| kept > 0);
    kept.dedup();
    let points = kept.into_iter().map(|kept| CoveragePoint {
        coverage: kept as f64 / rows as f64,
        accuracy: accuracies[kept - 1],
        probability: f64::from(claims[kept - 1].0),
    });
    let risk: f64 = accuracies.iter().map(|accuracy| 1.0 - accuracy).sum();
    RiskCoverage { area: risk / rows.max(1) as f64, points: points.collect() }
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_coverage.rs"]
mod tests;
