//! Lines of the content that are cut, on articles that came without most of their page: all of
//! them, the short and the long, the first and the last. Some of what is cut of them is
//! boilerplate after all, so that this is the most that can have been lost.

use std::collections::BTreeMap;

use masthead::Classifier;
use masthead::corpus::Article;
use masthead::estimators::{Interval, redrawn};
use masthead::text::language;
use rayon::prelude::*;

use super::{articles, field, rows};

/// Words from which on a line is long.
const LONG: usize = 12;
/// Lines from which on a language has a row.
const LINES: usize = 100;
/// What a reader may say of a line.
const VERDICTS: [&str; 3] = ["content", "boilerplate", "doubtful"];
const COLUMNS: [&str; 5] = ["all", "short", "long", "first", "last"];

/// Lines and those of them that are cut, for each column.
type Counts = [[usize; 2]; COLUMNS.len()];

fn counts(classifier: &Classifier, article: &Article) -> Counts {
    let spans = classifier.boilerplate(article);
    let mut out = Counts::default();
    let mut from = 0;
    let lines = article.text.split_inclusive('\n').map(|line| {
        let start = from + line.len() - line.trim_start().len();
        from += line.len();
        (start, line.trim())
    });
    let lines: Vec<(usize, &str)> = lines.filter(|(_, line)| !line.is_empty()).collect();
    for (at, (start, line)) in lines.iter().enumerate() {
        let (start, end) = (*start as u32, (*start + line.len()) as u32);
        let is_cut = spans.iter().any(|span| span.start <= start && span.end >= end);
        let long = line.split_whitespace().count() >= LONG;
        let own = [true, !long, long, at == 0, at + 1 == lines.len()];
        for (counts, _) in out.iter_mut().zip(own).filter(|(_, is)| *is) {
            counts[0] += 1;
            counts[1] += usize::from(is_cut);
        }
    }
    out
}

/// Prints the share of lines that are cut, by language.
pub fn figures(classifier: &Classifier) {
    let mut all = articles("articles/spanish.csv.zst");
    let semeval = rows("frames/semeval_measure.jsonl.zst");
    all.extend(semeval.iter().map(|row| Article::new(field(row, "title"), field(row, "text"))));
    let found: Vec<(&str, Counts)> = all
        .par_iter()
        .map(|article| (language(&article.text), counts(classifier, article)))
        .collect();
    let mut languages: BTreeMap<&str, Vec<Counts>> = BTreeMap::new();
    for (language, counts) in found {
        languages.entry(language).or_default().push(counts);
    }
    println!("| content cut of | {} |", COLUMNS.join(" | "));
    println!("|---|---:|---:|---:|---:|---:|");
    let sum = |rows: &[&Counts], column: usize, what: usize| -> usize {
        rows.iter().map(|counts| counts[column][what]).sum()
    };
    for (language, counts) in &languages {
        let rows: Vec<&Counts> = counts.iter().collect();
        if sum(&rows, 0, 0) < LINES {
            continue;
        }
        let cells = (0..COLUMNS.len()).map(|column| {
            let share = |rows: &[&Counts]| {
                let [all, cut] = [0, 1].map(|what| sum(rows, column, what) as f64);
                100.0 * cut / all.max(1.0)
            };
            let draws = redrawn(counts.len(), 1000, 1, |drawn| {
                share(&drawn.iter().map(|&at| &counts[at]).collect::<Vec<_>>())
            });
            let drawn = Interval::of(draws).expect("there are articles");
            let of = sum(&rows, column, 0);
            let share = share(&rows);
            format!("{share:.1} % [{:.1}, {:.1}] of {of}", drawn.low, drawn.high)
        });
        println!("| {language} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}

/// Prints what lines were that an earlier run cut and a reader judged: `tests/cut-lines.csv`, by
/// digests of the lines.
pub fn read_lines(_: &Classifier) {
    let mut reader = csv::Reader::from_path("tests/cut-lines.csv").unwrap();
    let mut counts: BTreeMap<String, [usize; VERDICTS.len()]> = BTreeMap::new();
    for row in reader.records().map(Result::unwrap) {
        let at = VERDICTS.iter().position(|verdict| *verdict == &row[2]).unwrap();
        counts.entry(row[1].to_owned()).or_default()[at] += 1;
    }
    println!("| lines cut and read, long sentences | {} |", VERDICTS.join(" | "));
    println!("|---|---:|---:|---:|");
    for (language, counts) in counts {
        println!("| {language} | {} |", counts.map(|count| count.to_string()).join(" | "));
    }
}
