//! How labels of a user's own get better with their examples, beside a plain linear machine.
//! The tables are Markdown, for `cargo bench --bench figures`.
//!
//! `cargo bench --bench curve -- [PART…]`, where PART is one of `frames`, `topics` and
//! `outlets`; all without one.

#[path = "../auroc/mod.rs"]
mod auroc;
#[path = "../baseline/mod.rs"]
mod baseline;
#[path = "../baseline/figures.rs"]
mod baseline_figures;
mod columns;
#[path = "../drawn/mod.rs"]
mod drawn;
mod frames;
#[path = "../splits/intervals.rs"]
mod intervals;

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|asked| asked == part);
    if wanted("frames") {
        frames::curve();
    }
    if wanted("topics") {
        columns::curve("topics", |article| &article.topic, 8);
    }
    if wanted("outlets") {
        columns::curve("outlets", |article| &article.outlet, 44);
    }
}
