//! Charts of a report as inline SVG: reliability, accuracy by coverage, and
//! intervals. They hold numbers and words of ours only, no text of the data,
//! and take their colours from the page.

use super::Interval;
use super::coverage::RiskCoverage;
use super::markup::Markup;
use crate::estimators::Bin;

/// Where the axes lie in the view box of 340 by 300.
const LEFT: f64 = 60.0;
const RIGHT: f64 = 318.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 250.0;

/// The width of a bar that shows an interval.
const BAR: f64 = 120.0;

/// Begins a chart that a screen reader reads as one image.
fn begin(out: &mut Markup, title: &str, description: &str) {
    let id = out.id();
    out.numbers(
        "<svg class=\"chart\" viewBox=\"0 0 340 300\" role=\"img\" aria-labelledby=\"t{} \
         d{}\">\n<title id=\"t{}\">",
        &[id, id, id],
    );
    out.words(title);
    out.numbers("</title>\n<desc id=\"d{}\">", &[id]);
    out.words(description);
    out.tag("</desc>\n");
}

/// A scale from the least to the greatest value of an axis.
#[derive(Clone, Copy)]
struct Scale {
    /// The least value, in tenths.
    low: u32,
    /// Tenths from one tick to the next.
    step: u32,
}

impl Scale {
    const WHOLE: Self = Self { low: 0, step: 2 };

    /// From a tick below a value up to 1.
    fn from(min: f64) -> Self {
        let low = (min.clamp(0.0, 0.9) * 10.0).floor() as u32;
        let step = if low >= 5 { 1 } else { 2 };
        Self { low: low - low % step, step }
    }

    fn ticks(self) -> impl Iterator<Item = f64> {
        (self.low..=10).rev().step_by(self.step as usize).map(|tenths| f64::from(tenths) / 10.0)
    }

    fn holds(self, value: f64) -> bool {
        value * 10.0 >= f64::from(self.low)
    }

    fn share(self, value: f64) -> f64 {
        let low = f64::from(self.low) / 10.0;
        ((value - low) / (1.0 - low)).clamp(0.0, 1.0)
    }
}

/// Where a share lies from left to right.
fn across(share: f64) -> f64 {
    LEFT + share.clamp(0.0, 1.0) * (RIGHT - LEFT)
}

/// Where a value lies on the upright axis.
fn up(scale: Scale, value: f64) -> f64 {
    BOTTOM - scale.share(value) * (BOTTOM - TOP)
}

fn percent(value: f64) -> String {
    format!("{:.0} %", value * 100.0)
}

/// Grid lines, ticks and what the axes are called.
fn axes(out: &mut Markup, scale: Scale, below: &str, beside: &str) {
    for value in Scale::WHOLE.ticks() {
        let x = across(value);
        out.numbers(
            "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>",
            &[x, x, TOP, BOTTOM],
        );
        out.numbers("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">", &[x, BOTTOM + 17.0]);
        out.words(&percent(value));
        out.tag("</text>\n");
    }
    for value in scale.ticks() {
        let y = up(scale, value);
        out.numbers(
            "<line class=\"grid\" x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\"/>",
            &[LEFT, RIGHT, y, y],
        );
        out.numbers("<text x=\"{}\" y=\"{}\" text-anchor=\"end\">", &[LEFT - 6.0, y + 4.0]);
        out.words(&percent(value));
        out.tag("</text>\n");
    }
    let middle = f64::midpoint(LEFT, RIGHT);
    out.numbers("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">", &[middle, BOTTOM + 40.0]);
    out.words(below);
    let middle = f64::midpoint(TOP, BOTTOM);
    out.numbers(
        "</text>\n<text transform=\"translate({} {}) rotate(-90)\" text-anchor=\"middle\">",
        &[12.0, middle],
    );
    out.words(beside);
    out.tag("</text>\n");
}

/// A line through points, and a dot with a tooltip on each.
fn curve(out: &mut Markup, points: &[(f64, f64, String)]) {
    out.tag("<polyline class=\"curve\" points=\"");
    for (x, y, _) in points {
        out.numbers("{},{} ", &[*x, *y]);
    }
    out.tag("\"/>\n");
    for (x, y, said) in points {
        out.numbers("<circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"3.5\"><title>", &[*x, *y]);
        out.words(said);
        out.tag("</title></circle>\n");
    }
}

/// A reliability diagram: how often answers are right beside how sure they
/// were.
pub(super) fn reliability(out: &mut Markup, bins: &[Bin], error: f64) {
    let description = format!(
        "{} groups of answers, from the least sure to the surest. On the dashed diagonal, claims \
         come true. They miss by {:.1} points on average.",
        bins.len(),
        error * 100.0
    );
    begin(out, "Reliability: answers that are right, by the probability claimed", &description);
    axes(out, Scale::WHOLE, "probability claimed", "share right");
    out.numbers(
        "<line class=\"beside\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n",
        &[LEFT, BOTTOM, RIGHT, TOP],
    );
    let points: Vec<_> = bins
        .iter()
        .map(|bin| {
            let said = format!(
                "claimed {:.1} %, right {:.1} % of {}",
                bin.claimed * 100.0,
                bin.right * 100.0,
                bin.count
            );
            (across(bin.claimed), up(Scale::WHOLE, bin.right), said)
        })
        .collect();
    curve(out, &points);
    out.tag("</svg>\n");
}

/// The risk-coverage curve as accuracy: what leaving out the unsure answers
/// gains. A dashed line shows what the majority baseline reaches, unless it lies
/// so far below that the curve would be flat in a chart of both.
pub(super) fn risk_coverage(out: &mut Markup, found: &RiskCoverage, majority: Option<f64>) {
    let accuracies = found.points.iter().map(|point| point.accuracy);
    let scale = Scale::from(accuracies.fold(1.0, f64::min));
    let mut description = String::new();
    if let (Some(first), Some(last)) = (found.points.first(), found.points.last()) {
        description = format!(
            "Of the surest {} of the answers {:.1} % are right, of all {:.1} %.",
            percent(first.coverage),
            first.accuracy * 100.0,
            last.accuracy * 100.0
        );
    }
    if let Some(majority) = majority {
        description += &format!(" The majority baseline: {:.1} %.", majority * 100.0);
    }
    begin(out, "Risk and coverage: accuracy as unsure answers are left out", &description);
    axes(out, scale, "answers kept, the surest first", "share right");
    if let Some(majority) = majority.filter(|&majority| scale.holds(majority)) {
        let y = up(scale, majority);
        out.numbers(
            "<line class=\"beside\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n",
            &[LEFT, y, RIGHT, y],
        );
    }
    let points: Vec<_> = found
        .points
        .iter()
        .map(|point| {
            let said = format!(
                "{} kept, {:.1} % right, probability {:.3} or more",
                percent(point.coverage),
                point.accuracy * 100.0,
                point.probability
            );
            (across(point.coverage), up(scale, point.accuracy), said)
        })
        .collect();
    curve(out, &points);
    out.tag("</svg>\n");
}

/// A bar from 0 to 1 with an interval, the figure as a dot and the majority
/// baseline as a stroke. The numbers stand beside it, so that it is hidden
/// from screen readers.
pub(super) fn interval(
    out: &mut Markup,
    value: f64,
    interval: Option<Interval>,
    majority: Option<f64>,
) {
    let at = |share: f64| share.clamp(0.0, 1.0) * BAR + 5.0;
    out.tag(
        "<svg class=\"bar\" viewBox=\"0 0 130 16\" aria-hidden=\"true\"><line class=\"grid\" \
         x1=\"5\" x2=\"125\" y1=\"8\" y2=\"8\"/>",
    );
    if let Some(Interval { low, high }) = interval {
        out.numbers(
            "<line class=\"range\" x1=\"{}\" x2=\"{}\" y1=\"8\" y2=\"8\"/>",
            &[at(low), at(high)],
        );
    }
    if let Some(majority) = majority {
        let x = at(majority);
        out.numbers("<line class=\"mark\" x1=\"{}\" x2=\"{}\" y1=\"1\" y2=\"15\"/>", &[x, x]);
    }
    out.numbers("<circle class=\"dot\" cx=\"{}\" cy=\"8\" r=\"4\"/></svg>", &[at(value)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::risk_coverage as curve_of;

    #[test]
    fn the_axis_of_accuracy_begins_at_a_tick_below_the_min() {
        let ticks = |min| Scale::from(min).ticks().collect::<Vec<_>>();
        assert_eq!(ticks(0.87), [1.0, 0.9, 0.8]);
        assert_eq!(ticks(1.0), [1.0, 0.9]);
        assert_eq!(ticks(0.1), [1.0, 0.8, 0.6, 0.4, 0.2, 0.0]);
        assert!((Scale::from(0.87).share(0.9) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_baseline_far_below_is_named_and_does_not_flatten_the_curve() {
        let found = curve_of((0..20).map(|at| (0.9, at > 0)).collect());
        for (majority, drawn) in [(0.92, true), (0.2, false)] {
            let mut out = Markup::default();
            risk_coverage(&mut out, &found, Some(majority));
            let html = out.into_html();
            assert_eq!(html.contains("class=\"beside\""), drawn);
            assert!(html.contains(&format!("The majority baseline: {:.1} %.", majority * 100.0)));
            assert!(html.contains(">90 %<"));
        }
    }

    #[test]
    fn what_is_out_of_range_stays_within_the_chart() {
        let mut out = Markup::default();
        let bin = |claimed, right| Bin { claimed, right, count: 1 };
        reliability(&mut out, &[bin(-1.0, 7.0), bin(0.5, 0.5)], 0.1);
        risk_coverage(&mut out, &curve_of(Vec::new()), None);
        interval(&mut out, 2.0, None, None);
        let html = out.into_html();
        assert!(html.contains("points=\"60,12 189,131 \""), "{html}");
        assert!(html.contains("cx=\"125\""), "{html}");
    }
}
