//! Gates of an evaluation: figures that must reach a bound, or stay below one.

use masthead::evaluation::FigureName;
use masthead::model::Model;
use masthead::verdict::custom_column;

use super::Stop;
use super::columns::meant;

/// The figures that may be asked for.
const FIGURES: &str = "accuracy accuracy_low macro_f1 macro_f1_low micro_f1 top3 \
    calibration_error risk_coverage_area mean_absolute_error word_f1 \
    word_f1_low shingle_f1 mean_shift changed";

/// The gates of a flag: a figure's name and its bound.
pub struct Gates {
    flag: &'static str,
    /// Whether a figure must reach the bound, or stay below it.
    min: bool,
    bounds: Vec<(String, f64)>,
}

impl Gates {
    /// Reads them; a figure that there is not is refused at once.
    pub fn parse(flag: &'static str, gates: &[String]) -> Result<Self, Stop> {
        let parse = |gate: &String| {
            let (name, bound) = gate.split_once('=')?;
            let bound: f64 = bound.trim().parse().ok()?;
            // Nothing compares with NaN: such a gate would hold, or fail, always.
            (!bound.is_nan()).then(|| (name.trim().to_owned(), bound))
        };
        let bounds = gates.iter().map(|gate| {
            let wrong = || Stop::Error(format!("{flag} {gate}: must be like macro_f1=0.8"));
            let (name, bound) = parse(gate).ok_or_else(wrong)?;
            let FigureName { figure, .. } = FigureName::of(&name);
            if FIGURES.split(' ').any(|own| own == figure) {
                return Ok((name, bound));
            }
            let (meant, all) = (meant(figure, FIGURES.split(' ')), FIGURES.replace(' ', ", "));
            Err(Stop::Error(format!("{flag} {name}: not among the figures: {all}{meant}")))
        });
        Ok(Self { flag, min: flag == "--min", bounds: bounds.collect::<Result<_, Stop>>()? })
    }

    pub fn check_heads(&self, model: Option<&Model>, columns: &[String]) -> Result<(), Stop> {
        let own = model.into_iter().flat_map(|model| model.heads.iter().map(|head| head.key()));
        let usual = ["outlet", "trained_outlet", "leaning", "generic_frames", "policy_frames"];
        let usual =
            if model.is_some() { &["trained_outlet", "name_swap"] } else { usual.as_slice() };
        let usual = usual.iter().map(|&name| name.to_owned());
        let heads: Vec<String> = own.chain(usual).chain(columns.iter().cloned()).collect();
        let heads: Vec<&str> =
            heads.iter().map(|head| custom_column(head).unwrap_or(head)).collect();
        for (name, _) in &self.bounds {
            let Some(head) = FigureName::of(name).head else { continue };
            if !heads.contains(&head) && !head.starts_with("boilerplate") {
                let (flag, meant) = (self.flag, meant(head, heads.iter().copied()));
                let heads = heads.join(", ");
                return Err(Stop::Error(format!(
                    "{flag} {name}: no such head; there are {heads}{meant}"
                )));
            }
        }
        Ok(())
    }

    /// Whether all hold. A name stands for the figures of all heads, or with
    /// a head before it for that one.
    pub fn hold(&self, figures: &[(String, f64)]) -> Result<(), Stop> {
        let flag = self.flag;
        for (name, bound) in &self.bounds {
            let asked = FigureName::of(name);
            let own: Vec<_> =
                figures.iter().filter(|(own, _)| asked.covers(FigureName::of(own))).collect();
            if own.is_empty() {
                let all: Vec<&str> = figures.iter().map(|(figure, _)| figure.as_str()).collect();
                let all = all.join(", ");
                return Err(Stop::Error(format!("{flag} {name}: not among the figures: {all}")));
            }
            for (figure, value) in own {
                if !(if self.min { value >= bound } else { value <= bound }) {
                    return Err(Stop::Gate(format!(
                        "{figure} is {value:.4}; {flag} asks for {bound}"
                    )));
                }
            }
        }
        Ok(())
    }
}
