//! Charts of a report: reliability, accuracy by coverage, and intervals. They
//! hold numbers and words of ours only, no text of the data.

use std::fmt;

use super::coverage::RiskCoverage;
use crate::estimators::Bin;
use crate::estimators::bootstrap::Interval;

/// Where the axes lie in the view box of 340 by 300.
pub(crate) const LEFT: f64 = 60.0;
pub(crate) const RIGHT: f64 = 318.0;
pub(crate) const TOP: f64 = 12.0;
pub(crate) const BOTTOM: f64 = 250.0;

/// The width of a bar that shows an interval.
const BAR: f64 = 120.0;

/// Where something lies, to a tenth of a unit, which is finer than a screen shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Place(f64);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = format!("{:.1}", self.0);
        f.write_str(number.strip_suffix(".0").unwrap_or(&number))
    }
}

/// A tick of an axis with its grid line.
pub(crate) struct Tick {
    pub place: Place,
    /// Where the words of an upright axis stand.
    pub words: Place,
    pub label: String,
}

/// A dot of a curve.
pub(crate) struct Point {
    pub x: Place,
    pub y: Place,
    pub tooltip: String,
}

/// A curve in axes, which a screen reader reads as one image.
pub(crate) struct Chart {
    pub id: u32,
    pub title: &'static str,
    pub description: String,
    pub across: Vec<Tick>,
    pub up: Vec<Tick>,
    /// What the axes are called.
    pub names: [&'static str; 2],
    /// Both ends of a dashed line to compare with.
    pub beside: Option<[Place; 4]>,
    pub points: Vec<Point>,
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

    fn ticks(self, place: impl Fn(f64) -> f64) -> Vec<Tick> {
        let tenths = (self.low..=10).rev().step_by(self.step as usize);
        let tick = |value: f64| {
            let at = place(value);
            Tick { place: Place(at), words: Place(at + 4.0), label: percent(value) }
        };
        tenths.map(|tenths| tick(f64::from(tenths) / 10.0)).collect()
    }

    fn holds(self, value: f64) -> bool {
        value * 10.0 >= f64::from(self.low)
    }

    fn share(self, value: f64) -> f64 {
        let low = f64::from(self.low) / 10.0;
        ((value - low) / (1.0 - low)).clamp(0.0, 1.0)
    }

    /// Where a value lies on the upright axis.
    fn up(self, value: f64) -> f64 {
        BOTTOM - self.share(value) * (BOTTOM - TOP)
    }

    fn point(self, x: f64, y: f64, tooltip: String) -> Point {
        Point { x: Place(across(x)), y: Place(self.up(y)), tooltip }
    }
}

/// Where a share lies from left to right.
fn across(share: f64) -> f64 {
    LEFT + share.clamp(0.0, 1.0) * (RIGHT - LEFT)
}

fn percent(value: f64) -> String {
    format!("{:.0} %", value * 100.0)
}

/// A reliability diagram: how often answers are right beside how sure they were.
pub(crate) fn reliability(id: u32, bins: &[Bin], error: f64) -> Chart {
    let scale = Scale::WHOLE;
    let point = |bin: &Bin| {
        let (claimed, right) = (bin.claimed * 100.0, bin.right * 100.0);
        let tooltip = format!("claimed {claimed:.1} %, right {right:.1} % of {}", bin.count);
        scale.point(bin.claimed, bin.right, tooltip)
    };
    Chart {
        id,
        title: "Reliability: answers that are right, by the probability claimed",
        description: format!(
            "{} groups of answers, from the least sure to the surest. On the dashed diagonal, \
             claims come true. They miss by {:.1} points on average.",
            bins.len(),
            error * 100.0
        ),
        across: Scale::WHOLE.ticks(across),
        up: scale.ticks(|value| scale.up(value)),
        names: ["probability claimed", "share correct"],
        beside: Some([LEFT, BOTTOM, RIGHT, TOP].map(Place)),
        points: bins.iter().map(point).collect(),
    }
}

/// The risk-coverage curve as accuracy: what leaving out the unsure answers
/// gains. A dashed line shows what the majority baseline reaches, unless it lies
/// so far below that the curve would be flat in a chart of both.
pub(crate) fn risk_coverage(id: u32, found: &RiskCoverage, majority: Option<f64>) -> Chart {
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
    let points = found.points.iter().map(|point| {
        let (kept, right) = (percent(point.coverage), point.accuracy * 100.0);
        let tooltip = format!(
            "{kept} kept, {right:.1} % right, probability {:.3} or more",
            point.probability
        );
        scale.point(point.coverage, point.accuracy, tooltip)
    });
    let beside = majority.filter(|&majority| scale.holds(majority)).map(|majority| {
        let y = scale.up(majority);
        [LEFT, y, RIGHT, y].map(Place)
    });
    Chart {
        id,
        title: "Risk and coverage: accuracy as unsure answers are left out",
        description,
        across: Scale::WHOLE.ticks(across),
        up: scale.ticks(|value| scale.up(value)),
        names: ["answers kept, the surest first", "share correct"],
        beside,
        points: points.collect(),
    }
}

/// A bar from 0 to 1 with an interval, the figure as a dot and the majority baseline as a stroke.
/// The numbers stand beside it, so that it is hidden from screen readers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    pub range: Option<[Place; 2]>,
    pub mark: Option<Place>,
    pub dot: Place,
}

impl Bar {
    pub fn new(value: f64, interval: Option<Interval>, majority: Option<f64>) -> Self {
        let at = |share: f64| Place(share.clamp(0.0, 1.0) * BAR + 5.0);
        let range = interval.map(|Interval { low, high }| [at(low), at(high)]);
        Self { range, mark: majority.map(at), dot: at(value) }
    }
}

/// A share in time.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Value {
    /// When, as a number that counts on, and in words.
    pub time: u32,
    pub name: String,
    pub share: f64,
    /// Of how many, and how many more were withheld.
    pub of: u64,
    pub withheld: u64,
    /// The mean probability, where it is another than the share.
    pub mean: Option<f64>,
}

/// One of many small charts on one scale, of shares in time.
pub(crate) struct Small {
    pub id: u32,
    pub title: String,
    pub description: String,
    pub points: Vec<Point>,
    /// The greatest value of the scale, and the first and last time.
    pub names: [String; 3],
}

/// Where the axes of a small chart lie in the view box of 220 by 110.
const SMALL: [f64; 4] = [42.0, 212.0, 8.0, 88.0];

impl Small {
    /// A chart of values in order; the scale ends at `max`.
    pub fn new(id: u32, title: String, values: &[Value], max: f64) -> Self {
        let [left, right, top, bottom] = SMALL;
        let ends = [values.first(), values.last()];
        let [begin, end] = ends.map(|value| value.map_or(0, |value| value.time));
        let [first, last] = ends.map(|value| value.map_or("", |value| &value.name).to_owned());
        let [from, to] = ends.map(|value| value.map_or(0.0, |value| value.share * 100.0));
        let point = |Value { time, name, share, of, withheld, mean }: &Value| {
            let mean = mean.map_or_else(String::new, |mean| format!(", mean P {mean:.2}"));
            let along = f64::from(time - begin) / f64::from(end - begin).max(1.0);
            Point {
                x: Place(left + along * (right - left)),
                y: Place(bottom - (share / max).clamp(0.0, 1.0) * (bottom - top)),
                tooltip: format!(
                    "{name}: {:.1} % of {of}, {withheld} withheld{mean}",
                    share * 100.0
                ),
            }
        };
        Self {
            id,
            description: format!("{title}: from {first} {from:.1} % to {last} {to:.1} %."),
            title,
            points: values.iter().map(point).collect(),
            names: [percent(max), first, last],
        }
    }
}

#[cfg(test)]
#[path = "../../tests/unit/evaluation_chart.rs"]
mod tests;
