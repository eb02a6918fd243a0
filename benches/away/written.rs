//! Boilerplate of texts of ours that were written apart.

use std::collections::BTreeMap;

use masthead::Classifier;
use masthead::text::language;
use rayon::prelude::*;

use super::share;
use super::written_texts::{Text, cases, extracts};

/// Prints for each sort of texts what is gone, what is lost, and how many have no fault.
pub fn figures(classifier: &Classifier) {
    println!("| texts written apart | boilerplate lines gone | content lines lost | no fault |");
    println!("|---|---:|---:|---:|");
    let mut sorts: BTreeMap<String, Vec<Text>> = BTreeMap::new();
    for text in cases() {
        let sort = match language(&text.article.text) {
            own @ ("English" | "German") => format!("cases, {own}"),
            _ => "cases, other languages".to_owned(),
        };
        sorts.entry(sort).or_default().push(text);
    }
    sorts.insert("extracts, 21 languages".to_owned(), extracts());
    for (sort, texts) in sorts {
        let counts: Vec<[(f64, f64); 3]> = texts
            .par_iter()
            .map(|text| {
                let [gone, lost] = text.missing(classifier);
                let sound = f64::from(u8::from(gone == text.go.len() && lost == 0));
                let of = |count: usize, all: usize| (count as f64, all as f64);
                [of(gone, text.go.len()), of(lost, text.stay.len()), (sound, 1.0)]
            })
            .collect();
        let cell = |at: usize| share(&counts.iter().map(|count| count[at]).collect::<Vec<_>>());
        println!("| {sort} | {} | {} | {} |", cell(0), cell(1), cell(2));
    }
}
