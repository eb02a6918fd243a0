//! Pages of articles and of a corpus: everything is there to be read, no data
//! breaks them, and the numbers are those of the verdicts.

use serde_json::{Value, json};
use tempfile::TempDir;

use super::common::{at, file, run, sample_rows, samples};
use super::html_report::{TRICKS, chromium, harmless, seen};

/// Articles whose every text is a trick, and one that is one line of half a million characters.
fn tricks(folder: &TempDir) -> String {
    let row = |trick: &str, text: String| {
        json!({"id": trick, "title": trick, "text": text, "url": trick, "date": trick}).to_string()
            + "\n"
    };
    let mut rows: String = TRICKS
        .iter()
        .map(|trick| {
            row(trick, format!("Rain fell on {trick} Harrow, say farmers.\n\nShare {trick}\n"))
        })
        .collect();
    rows += &row("long", "Rainfall".repeat(65_000));
    rows += &row("words", "The farmers of Harrow say that it rained. ".repeat(12_000));
    let path = at(folder, "tricks.jsonl");
    std::fs::write(&path, rows).unwrap();
    path
}

fn page(args: &[&str], path: &str) -> String {
    let (_, said, code) = run(args);
    assert_eq!(code, 0, "{said}");
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn a_page_of_articles_has_their_words_labels_and_evidence() {
    let folder = TempDir::new().unwrap();
    let out = at(&folder, "page.html");
    let samples = samples();
    let all = page(&["explain", samples.to_str().unwrap(), "--html", &out], &out);
    harmless(&all);
    for row in sample_rows() {
        let title = row["title"].as_str().unwrap().replace('\'', "&#39;").replace('"', "&quot;");
        assert_eq!(all.matches(&format!("<h2><bdi>{title}</bdi></h2>")).count(), 1, "{title}");
    }
    let one =
        page(&["explain", samples.to_str().unwrap(), "--id", "sample-05", "--html", &out], &out);
    for words in [
        "Press TV, 100 %",
        "state-controlled",
        "Iran",
        "> share ",
        " % </small>",
        "Outlet: Press TV +",
        "<i>where it starts</i>",
        "withheld: the evidence is too thin",
    ] {
        assert!(one.contains(words), "{words}");
    }
    assert_eq!(one.matches("<article").count(), 1);
    let two = page(
        &["explain", samples.to_str().unwrap(), "--row", "5", "--count", "2", "--html", &out],
        &out,
    );
    assert_eq!(two.matches("<article").count(), 2);
    let input = at(&folder, "a.txt");
    std::fs::write(&input, "Rain fell.").unwrap();
    let (_, complaint, code) = run(&["explain", &input, "--html", &input]);
    assert!(code == 2 && complaint.contains("is one of the inputs"), "{complaint}");
}

#[test]
fn no_text_of_the_data_is_markup_in_a_page() {
    let folder = TempDir::new().unwrap();
    let (input, scored) = (tricks(&folder), at(&folder, "scored.jsonl"));
    let (articles, corpus) = (at(&folder, "articles.html"), at(&folder, "corpus.html"));
    let pages = [page(&["explain", &input, "--html", &articles], &articles), {
        page(&["score", &input, "--explain", "-o", &scored], &scored);
        page(&["report", &scored, "-o", &corpus], &corpus)
    }];
    for page in &pages {
        harmless(page);
        assert!(page.len() < 5_000_000, "{} bytes", page.len());
    }
    assert!(pages[0].contains("&lt;script&gt;document.title=&#39;owned&#39;&lt;/script&gt;"));
    assert!(pages[0].contains("more bytes of text"));
    let Some(chromium) = chromium() else { return };
    for name in ["articles.html", "corpus.html"] {
        for (width, dark) in [(390, false), (390, true), (1280, true)] {
            let seen = seen(&chromium, &folder, name, width, dark);
            assert!(!seen.title.contains("owned") && seen.id.is_empty(), "{}", seen.title);
            assert!(seen.resources.is_empty(), "{:?}", seen.resources);
            assert!(seen.scroll_width <= width, "{name}: {} wide at {width}", seen.scroll_width);
            assert!(seen.contrast.0 >= 4.5, "{name}, dark: {dark}: {:?}", seen.contrast);
            assert!(seen.overlapping.is_empty(), "{name} at {width}: {:?}", seen.overlapping);
            assert!(
                !seen
                    .names
                    .iter()
                    .any(|name| ["script", "img", "iframe", "base"].contains(&name.as_str()))
            );
        }
    }
}

/// Scored samples with one of them twice, and an unusable row.
fn scored(folder: &TempDir, format: &str) -> String {
    let mut rows = sample_rows();
    let mut copy = rows[0].clone();
    copy["id"] = "copy".into();
    copy["text"] = (copy["text"].as_str().unwrap().to_uppercase() + "!").into();
    rows.push(copy);
    let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let (input, out) = (at(folder, "in.jsonl"), at(folder, &format!("scored.{format}")));
    std::fs::write(&input, rows).unwrap();
    let (_, said, code) = run(&["score", &input, "-o", &out]);
    assert_eq!(code, 0, "{said}");
    out
}

/// The CSV that follows a heading, by rows.
fn csv_after<'p>(page: &'p str, heading: &str) -> Vec<Vec<&'p str>> {
    let (_, rest) = page.split_once(heading).unwrap_or_else(|| panic!("{heading}"));
    let (_, rest) = rest.split_once("<pre class=\"csv\" tabindex=\"0\">").unwrap();
    let (lines, _) = rest.split_once("</pre>").unwrap();
    lines.lines().filter(|line| !line.is_empty()).map(|line| line.split(',').collect()).collect()
}

#[test]
fn a_page_of_a_corpus_has_the_numbers_of_the_verdicts() {
    let folder = TempDir::new().unwrap();
    let (scored_jsonl, out) = (scored(&folder, "jsonl"), at(&folder, "page.html"));
    let shown = page(&["report", &scored_jsonl, "-o", &out], &out);
    harmless(&shown);
    let verdicts: Vec<Value> = std::fs::read_to_string(&scored_jsonl)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["verdict"].clone())
        .collect();
    let articles = verdicts.len();
    assert!(shown.contains(&format!("<b>{articles}</b> articles")));
    assert!(shown.contains("<b>1</b> of them copies"));
    assert!(shown.contains("Predicted labels, uncorrected."));
    let rows = csv_after(&shown, "<h3>Articles by country</h3>");
    let iran = rows.iter().find(|row| row[0] == "Iran").unwrap();
    let count =
        verdicts.iter().filter(|verdict| verdict["outlet"]["country_name"] == "Iran").count();
    assert_eq!(iran[1], count.to_string());
    // The leaning is that of the content, not the sum.
    let mean: f64 = verdicts
        .iter()
        .filter(|verdict| verdict["outlet"]["country_name"] == "Iran")
        .map(|verdict| verdict["leaning"]["by_content"]["right"].as_f64().unwrap())
        .sum::<f64>()
        / count as f64;
    let column = rows[0].iter().position(|name| *name == "content_right").unwrap();
    assert!((iran[column].parse::<f64>().unwrap() - mean).abs() < 1e-3, "{iran:?} {mean}");
    // A CSV has the same, and no lines of boilerplate.
    let flat = page(&["report", &scored(&folder, "csv"), "-o", &out], &out);
    let same = csv_after(&flat, "<h3>Articles by country</h3>");
    let without = |rows: &[Vec<&str>]| -> Vec<Vec<String>> {
        let kept: Vec<usize> =
            (0..rows[0].len()).filter(|&at| !rows[0][at].starts_with("boilerplate_")).collect();
        rows.iter().map(|row| kept.iter().map(|&at| row[at].to_owned()).collect()).collect()
    };
    assert_eq!(without(&same), without(&rows));
    assert!(shown.contains("Most frequent lines") && flat.contains("those of JSONL all of it"));
    // By month, in order.
    let months = csv_after(&shown, "<h3>Articles by month</h3>");
    assert!(
        months
            .windows(2)
            .skip(1)
            .all(|pair| pair[0][0] < pair[1][0] || pair[1][0].starts_with('('))
    );
    assert!(shown.contains("<svg class=\"small\""));
}

#[test]
fn a_page_of_a_corpus_is_the_same_bytes_for_any_jobs_and_refuses_what_is_not_scored() {
    let folder = TempDir::new().unwrap();
    let scored = scored(&folder, "jsonl");
    let (one, four) = (at(&folder, "one.html"), at(&folder, "four.html"));
    let pages = [("1", &one), ("4", &four)]
        .map(|(jobs, out)| page(&["report", &scored, "--jobs", jobs, "-o", out], out));
    assert_eq!(pages[0], pages[1]);
    let none = at(&folder, "none.html");
    let (_, complaint, code) = run(&["report", samples().to_str().unwrap(), "-o", &none]);
    assert!(code == 2 && complaint.contains("has no verdict"), "{complaint}");
    assert!(!std::path::Path::new(&none).exists());
    let (_, complaint, code) = run(&["report", &scored, "-o", &scored]);
    assert!(code == 2 && complaint.contains("is one of the inputs"), "{complaint}");
}

#[test]
fn a_page_of_a_corpus_is_read_on_a_phone_and_a_wide_screen() {
    let Some(chromium) = chromium() else { return };
    let folder = TempDir::new().unwrap();
    let (scored, out) = (scored(&folder, "jsonl"), at(&folder, "page.html"));
    page(&["report", &scored, "-o", &out], &out);
    let mut backgrounds = Vec::new();
    for (width, dark) in [(390, false), (390, true), (1280, false), (2560, false)] {
        let seen = seen(&chromium, &folder, "page.html", width, dark);
        seen.is_clear("page.html", width);
        assert!(seen.resources.is_empty() && !seen.names.contains(&"script".to_owned()));
        for words in
            ["Predicted labels, uncorrected", "Articles by outlet", "Policy frames by month"]
        {
            assert!(seen.text.contains(words), "{words}");
        }
        // One grouping is chosen; the others wait.
        assert!(!seen.text.contains("Articles by host"));
        assert!(seen.by_month.contains("Articles by month"));
        assert!(!seen.by_month.contains("Articles by outlet"));
        backgrounds.push(seen.background);
    }
    assert_ne!(backgrounds[0], backgrounds[1]);
}

#[test]
fn a_page_of_articles_is_read_on_a_phone_and_a_wide_screen() {
    let Some(chromium) = chromium() else { return };
    let folder = TempDir::new().unwrap();
    let (samples, out) = (samples(), at(&folder, "page.html"));
    page(&["explain", samples.to_str().unwrap(), "--count", "12", "--html", &out], &out);
    for (width, dark) in [(390, false), (1280, true), (2560, false)] {
        let seen = seen(&chromium, &folder, "page.html", width, dark);
        seen.is_clear("page.html", width);
        for words in ["Policy frames:", "no other’s text is recognised", "withheld:"] {
            assert!(seen.text.contains(words), "{words}");
        }
        assert!(
            seen.told.contains("Generic frames: ") && seen.told.contains(" %"),
            "{}",
            seen.told
        );
        assert!(seen.switched, "a head can't be switched off");
    }
}

#[test]
fn every_cell_of_a_corpus_says_how_sure_and_every_chart_how_many_are_withheld() {
    let folder = TempDir::new().unwrap();
    let (scored, out) = (scored(&folder, "jsonl"), at(&folder, "page.html"));
    let shown = page(&["report", &scored, "-o", &out], &out);
    let verdicts: Vec<Value> = std::fs::read_to_string(&scored)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["verdict"].clone())
        .collect();
    let iran = verdicts.iter().filter(|verdict| verdict["outlet"]["country_name"] == "Iran");
    let p: Vec<f64> = iran
        .map(|verdict| verdict["frames"]["generic"]["probabilities"]["conflict"].as_f64().unwrap())
        .collect();
    let mean = p.iter().sum::<f64>() / p.len() as f64;
    let rows = csv_after(&shown, "<h3>Articles by country</h3>");
    let names: std::collections::BTreeSet<_> = rows[0].iter().collect();
    assert_eq!(names.len(), rows[0].len(), "two columns of one name: {:?}", rows[0]);
    let at = |name: &str| rows[0].iter().position(|column| *column == name).unwrap();
    let own = rows.iter().find(|row| row[0] == "Iran").unwrap();
    let written: f64 = own[at("generic_frames_conflict_mean_p")].parse().unwrap();
    assert!((written - mean).abs() < 1e-3, "{own:?}, {mean}");
    let all: u64 =
        rows[1..].iter().map(|row| row[at("leanings_withheld")].parse::<u64>().unwrap()).sum();
    let read: u64 =
        rows[1..].iter().map(|row| row[at("leanings_read")].parse::<u64>().unwrap()).sum();
    assert!(all > 0 && all + read + 1 == verdicts.len() as u64, "{all} {read}");
    assert!(shown.contains(&format!("<small>{mean:.2}</small>")));
    let (_, time) = shown.split_once("<section id=\"time\">").unwrap();
    let months = csv_after(time, "<h3>Generic frames by month</h3>");
    assert_eq!(months[0], ["series", "time", "share", "of", "withheld", "mean_p"]);
    assert!(months.iter().any(|row| row[4] == "1"), "{months:?}");
    assert!(shown.contains(" withheld, mean P 0."));
    let kinds = csv_after(&shown, "Kinds, by their share");
    assert_eq!(kinds[0], ["kind", "bytes", "share", "mean_p"]);
    // As many CSVs as charts and tables of numbers.
    assert!(shown.matches("<summary>As CSV</summary>").count() >= 9 + 3 * 3 + 2);
}

/// Coded rows for 24 of the scored articles, coders denying the model's first frame in every third.
fn gold(folder: &TempDir, scored: &str) -> (String, f64) {
    let rows: Vec<Value> = std::fs::read_to_string(scored)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let has = |row: &Value| {
        let labels = row["verdict"]["frames"]["generic"]["labels"].as_array().unwrap();
        labels.contains(&json!("conflict"))
    };
    let path = at(folder, "gold.csv");
    let mut writer = csv::Writer::from_path(&path).unwrap();
    writer
        .write_record([
            "id",
            "text",
            "frames",
            "policy_frames",
            "leaning",
            "coder",
            "saw_suggestion",
            "inclusion_probability",
        ])
        .unwrap();
    let (mut missed, mut weights) = (0.0, 0.0);
    for (at, row) in rows.iter().enumerate().filter(|(at, _)| at % 2 == 0) {
        let coded = has(row) != (at % 3 == 0);
        let inclusion = if at < 20 { 0.25 } else { 0.5 };
        let [id, text] = ["id", "text"].map(|name| row[name].as_str().unwrap());
        let frames = if coded { "conflict;morality" } else { "" };
        let saw = if at == 0 { "true" } else { "false" };
        writer
            .write_record([
                id,
                text,
                frames,
                "political;economic",
                "left",
                "ada",
                saw,
                &inclusion.to_string(),
            ])
            .unwrap();
        missed += (f64::from(u8::from(coded)) - f64::from(u8::from(has(row)))) / inclusion;
        weights += 1.0 / inclusion;
    }
    writer.flush().unwrap();
    let predicted = rows.iter().filter(|row| has(row)).count() as f64 / rows.len() as f64;
    (path, predicted + missed / weights)
}

#[test]
fn coded_articles_correct_the_shares_and_uncorrected_ones_say_so() {
    let folder = TempDir::new().unwrap();
    let (scored, out) = (scored(&folder, "jsonl"), at(&folder, "page.html"));
    let (gold, share) = gold(&folder, &scored);
    let shown = page(&["report", &scored, "--gold", &gold, "-o", &out], &out);
    harmless(&shown);
    let rows = csv_after(&shown, "<h3>Generic frames, corrected</h3>");
    let conflict = rows.iter().find(|row| row[1] == "conflict").unwrap();
    let number = |at: usize| conflict[at].parse::<f64>().unwrap();
    assert_eq!(rows[0][3..6], ["corrected", "low", "high"]);
    assert!((number(3) - share).abs() < 1e-3, "{conflict:?}, {share}");
    assert!(number(4) < share && share < number(5) && number(2) != number(3), "{conflict:?}");
    assert_eq!(conflict[6], "24");
    assert!(shown.contains("1 answers saw what the model says"));
    assert!(shown.contains("<h3>Content leaning, corrected</h3>"));
    // Coders gave every article two policy frames, and none of the others.
    let policy = csv_after(&shown, "<h3>Policy frames, corrected</h3>");
    let share = |label: &str, at: usize| {
        policy.iter().find(|row| row[1] == label).unwrap()[at].parse::<f64>().unwrap()
    };
    assert!(share("political", 3) > 0.9 && share("political", 2) < 0.5, "{policy:?}");
    assert!(share("quality_of_life", 3) < 0.1 && share("political", 6) == 24.0, "{policy:?}");
    assert!(shown.contains("<h3>Policy frames by year, corrected</h3>"));
    // Of the groups the one with 20 coded articles or more.
    let years = csv_after(&shown, "<h3>Generic frames by year, corrected</h3>");
    assert!(years.iter().any(|row| row[0] == "2024" && row[1] == "conflict"), "{years:?}");
    assert!(shown.matches("Predicted labels, uncorrected").count() > 20);
    let without = page(&["report", &scored, "-o", &out], &out);
    assert!(!without.contains(", corrected</h3>") && without.contains("uncorrected"));
    // The same bytes for any jobs.
    let args = ["report", &scored, "--gold", &gold, "--jobs", "1", "-o", &out];
    assert_eq!(page(&args, &out), shown);
    if let Some(chromium) = chromium() {
        for (width, dark) in [(390, false), (1280, true)] {
            seen(&chromium, &folder, "page.html", width, dark).is_clear("page.html", width);
        }
    }
}

#[test]
fn coded_articles_of_no_use_are_told_by_file_and_row() {
    let folder = TempDir::new().unwrap();
    let (scored, out) = (scored(&folder, "jsonl"), at(&folder, "page.html"));
    let bad = at(&folder, "bad.csv");
    for (rows, complaint) in [
        ("id,text,frames\n1,Rain.,conflict\n", "row 1: inclusion_probability"),
        ("id,text,frames,inclusion_probability\n1,Rain.,conflict,1.5\n", "at most 1"),
        ("id,text,frames,inclusion_probability\n1,Rain.,conflict,0.5\n", "same id"),
    ] {
        std::fs::write(&bad, rows).unwrap();
        let (_, said, code) = run(&["report", &scored, "--gold", &bad, "-o", &out]);
        assert!(code == 2 && said.contains(complaint), "{said}");
    }
    assert!(!std::path::Path::new(&out).exists());
}

#[test]
fn a_page_of_500_articles_is_below_5_megabytes() {
    let folder = TempDir::new().unwrap();
    let [input, scored, out] =
        ["in.jsonl", "scored.jsonl", "page.html"].map(|name| at(&folder, name));
    let rows = sample_rows();
    let many = (0..500).map(|at| {
        let mut row = rows[at % rows.len()].clone();
        row["id"] = at.into();
        // As long as a news article usually is.
        row["text"] =
            (0..9).map(|_| row["text"].as_str().unwrap()).collect::<Vec<_>>().join("\n\n").into();
        format!("{row}\n")
    });
    std::fs::write(&input, many.collect::<String>()).unwrap();
    let shown = page(&["explain", &input, "--html", &out, "--count", "500"], &out);
    assert_eq!(shown.matches("<article").count(), 500);
    assert!(shown.len() < 5_000_000, "{} bytes", shown.len());
    page(&["score", &input, "-o", &scored], &scored);
    let shown = page(&["report", &scored, "-o", &out], &out);
    assert!(shown.contains("<b>500</b> articles") && shown.len() < 2_000_000, "{}", shown.len());
    let shown = page(&["review", &input, "--sample", "500", "-o", &out], &out);
    assert_eq!(shown.matches("\"inclusion\":1.0").count(), 500);
    assert!(shown.len() < 5_000_000, "{} bytes", shown.len());
}

#[test]
fn a_line_of_ten_megabytes_makes_no_large_page() {
    let folder = TempDir::new().unwrap();
    let [input, scored, out] =
        ["in.jsonl", "scored.jsonl", "page.html"].map(|name| at(&folder, name));
    let text = "Rain fell on Harrow and nobody saw it. ".repeat(10_000_000 / 39);
    std::fs::write(&input, json!({"id": "long", "text": text}).to_string() + "\n").unwrap();
    let shown = page(&["explain", &input, "--html", &out], &out);
    assert!(shown.len() < 2_000_000 && shown.contains("more bytes of text"), "{}", shown.len());
    page(&["score", &input, "-o", &scored], &scored);
    let shown = page(&["report", &scored, "-o", &out], &out);
    assert!(shown.len() < 1_000_000, "{}", shown.len());
    let Some(chromium) = chromium() else { return };
    page(&["review", &input, "-o", &out], &out);
    let seen = seen(&chromium, &folder, "page.html", 390, false);
    assert!(seen.scroll_width <= 390 && seen.text.len() < 20_000, "{}", seen.text.len());
}

#[test]
fn statistics_of_a_shard_are_a_file_for_each_of_its_files() {
    let (folder, input) = file("in.jsonl", "{\"text\":\"Rain fell.\\n\\nSHARE THIS ARTICLE\"}\n");
    std::fs::create_dir(at(&folder, "in")).unwrap();
    for name in ["in/a.jsonl", "in/b.jsonl"] {
        std::fs::copy(&input, at(&folder, name)).unwrap();
    }
    let [from, out, statistics] = ["in", "out", "statistics"].map(|name| at(&folder, name));
    let args = ["clean", &from, "--shard", "1/1", "-o", &out, "--statistics", &statistics];
    let (_, said, code) = run(&args);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("18 bytes") || said.contains("boilerplate: "), "{said}");
    for name in ["a.json", "b.json"] {
        let found = std::fs::read(at(&folder, &format!("statistics/{name}"))).unwrap();
        let found: Value = serde_json::from_slice(&found).unwrap();
        assert_eq!(found["all"]["articles"], 1);
    }
    let (_, complaint, code) =
        run(&["clean", &from, "--shard", "1/1", "-o", &out, "--statistics", &out]);
    assert!(code == 2 && complaint.contains("same folder"), "{complaint}");
}

#[test]
fn gzip_is_as_small_as_asked_for_and_other_outputs_have_no_level() {
    let folder = TempDir::new().unwrap();
    let samples = samples();
    let size = |level: &str| {
        let out = at(&folder, &format!("{level}.jsonl.gz"));
        let args = ["clean", samples.to_str().unwrap(), "-o", &out, "--compression-level", level];
        assert_eq!(run(&args).2, 0);
        std::fs::metadata(out).unwrap().len()
    };
    assert!(size("0") > size("1") && size("1") > size("9"));
    let out = at(&folder, "a.jsonl.zst");
    let (_, complaint, code) =
        run(&["clean", samples.to_str().unwrap(), "-o", &out, "--compression-level", "3"]);
    assert!(code == 2 && complaint.contains(".gz"), "{complaint}");
}
