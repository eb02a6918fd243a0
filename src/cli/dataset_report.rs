//! What labelled data holds, for reading.

use std::fmt::{Display, Write};

use masthead::training::{DatasetReport, HeadReport, LabelReport};

/// Labels, reasons and slips that are listed.
const LISTED: usize = 8;

/// Everything that was found, a line each.
pub fn described(dataset_report: &DatasetReport) -> String {
    let mut out = String::from("found");
    let found = format!(", {} of them in the articles", dataset_report.sentences_found);
    let counts = [
        (dataset_report.articles, ["article", "articles"], ""),
        (dataset_report.pages, ["page", "pages"], ""),
        (dataset_report.lines, ["labelled line", "labelled lines"], ""),
        (dataset_report.digests, ["kind of a line", "kinds of lines"], ""),
        (dataset_report.sentences, ["sentence's frames", "frames of sentences"], found.as_str()),
        (dataset_report.passages, ["passage with frames", "passages with frames"], ""),
    ];
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, what, more)| format!("{count} {}{more}", what[usize::from(*count != 1)]))
        .collect();
    let files = dataset_report.files.iter().map(|file| format!("{} {}", file.name, file.rows));
    // Writing to a string can't fail.
    let _ = write!(out, " {} (rows: {})", counts.join(", "), some(files));
    if !dataset_report.rejected.is_empty() {
        let rows: usize = dataset_report.rejected.values().sum();
        let reasons =
            dataset_report.rejected.iter().map(|(reason, count)| format!("{reason} {count}"));
        let _ = write!(out, "\npassed over {rows} rows: {}", some(reasons));
    }
    if dataset_report.repeated + dataset_report.nearly_repeated > 0 {
        let _ = write!(
            out,
            "\ncopies: {} texts repeat an earlier one word for word, {} most of it",
            dataset_report.repeated, dataset_report.nearly_repeated
        );
    }
    if !dataset_report.languages.is_empty() {
        let mut languages: Vec<_> = dataset_report.languages.iter().collect();
        languages.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let share = |count: usize| match (count * 200 + dataset_report.articles)
            / (2 * dataset_report.articles)
        {
            0 => "under 1 %".to_owned(),
            percent => format!("{percent} %"),
        };
        let languages =
            languages.into_iter().map(|(name, count)| format!("{name} {}", share(*count)));
        let _ = write!(out, "\nlanguages: {}", some(languages));
    }
    if dataset_report.scripts.len() > 1 {
        let scripts =
            dataset_report.scripts.iter().map(|(script, count)| format!("{script} {count}"));
        let _ = write!(out, "\nscripts: {}", some(scripts));
    }
    for head in &dataset_report.heads {
        of_head(head, &mut out);
    }
    out
}

fn of_head(head: &HeadReport, out: &mut String) {
    let listed = |label: &LabelReport| format!("{} {}", label.label, label.rows);
    let _ = write!(
        out,
        "\n{} (column {}): {} rows with a label, {} without; {}",
        head.head,
        head.column,
        head.labelled,
        head.unlabelled,
        some(head.learned().map(listed))
    );
    if head.rare().next().is_some() {
        let rare = some(head.rare().map(listed));
        let _ = write!(out, "\n  fewer than {} rows, {}: {rare}", head.min, head.rare_are);
    }
    for doubtful in head.doubtful.iter().take(LISTED) {
        let _ = write!(out, "\n  a slip? {doubtful}");
    }
    if head.doubtful.len() > LISTED {
        let _ = write!(
            out,
            "\n  and {} more labels that look like a slip",
            head.doubtful.len() - LISTED
        );
    }
    if let Some(by) = head.by_outlet {
        let _ = write!(
            out,
            "\n  mostly the outlet's: rows of the same outlet foretell {:.0} % of the labels, the most \
             frequent label {:.0} %; figures by row flatter, so measure with masthead evaluate \
             --split outlet or host",
            by.foretold * 100.0,
            by.most_frequent * 100.0
        );
    }
    if let Some(first) = head.contradictions.first() {
        let _ = write!(
            out,
            "\n  {} copies have another label than what they repeat: {} has {:?}, {} has {:?}",
            head.contradictions.len(),
            first.place,
            first.label,
            first.other,
            first.other_label
        );
    }
}

/// The first few, and how many there are beside.
fn some(items: impl Iterator<Item = impl Display>) -> String {
    let items: Vec<String> = items.map(|item| item.to_string()).collect();
    let listed = items[..items.len().min(LISTED)].join(", ");
    match items.len().saturating_sub(LISTED) {
        0 if listed.is_empty() => "none".to_owned(),
        0 => listed,
        more => format!("{listed} and {more} more"),
    }
}
