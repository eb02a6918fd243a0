//! The command line as a user types it.

use std::io::Write;
use std::process::Stdio;

use tempfile::TempDir;

use super::common::{at, file, masthead, run, run_with, sample_rows, samples};

fn samples_path() -> String {
    samples().to_str().unwrap().to_owned()
}

#[test]
fn the_first_command_of_the_readme_prints_a_card_for_every_sample_as_the_readme_shows_it() {
    let (out, said, code) = run(&["score", "training-data/samples.jsonl", "--format", "text"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(out.matches("\n  outlet ").count(), sample_rows().len());
    assert!(out.contains("boilerplate") && !out.contains('\u{1B}'));
    let (_, example) =
        include_str!("../../README.md").split_once("## What it prints\n\n```\n").unwrap();
    let (card, _) = example.split_once("```").unwrap();
    assert!(out.contains(card), "README.md shows\n{card}where this is printed:\n{out}");
}

#[test]
fn results_go_to_standard_output_and_talk_to_standard_error() {
    let (out, said, code) = run(&["score", &samples_path()]);
    assert_eq!(code, 0);
    assert!(out.lines().all(|line| line.starts_with('{')));
    assert!(said.contains("articles scored"));
    let (_, said, _) = run(&["score", &samples_path(), "--quiet"]);
    assert_eq!(said, "");
}

#[test]
fn standard_input_is_read_as_json_lines_unless_said_otherwise() {
    let (out, _, code) = run_with(&["score", "-"], b"{\"body\":\"Rain fell on Harrow.\"}\n");
    assert_eq!((code, out.lines().count()), (0, 1));
    let csv = b"headline,content\nRain,Rain fell on Harrow.\n";
    let (out, _, code) = run_with(&["score", "-", "--input-format", "csv"], csv);
    assert_eq!((code, out.lines().count()), (0, 1));
}

#[test]
fn a_folder_stands_for_the_files_in_it_in_order() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("b")).unwrap();
    std::fs::write(folder.path().join("b/2.txt"), "Two fell.").unwrap();
    std::fs::write(folder.path().join("a.txt"), "One fell.").unwrap();
    std::fs::write(folder.path().join("notes.bin"), "not read").unwrap();
    let (out, _, code) = run(&["score", folder.path().to_str().unwrap()]);
    assert_eq!(code, 0);
    let ids: Vec<String> = out
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["id"].to_string())
        .collect();
    assert_eq!(ids, ["\"a\"", "\"2\""]);
}

#[test]
fn columns_can_be_named() {
    let (_folder, path) = file("a.csv", "n,story\n1,Rain fell on Harrow.\n");
    let (out, _, code) = run(&["score", &path, "--text-column", "story", "--id-column", "n"]);
    assert_eq!(code, 0);
    assert!(out.contains("\"story\":\"Rain fell on Harrow.\""));
    let (_, complaint, code) = run(&["score", &path, "--text-column", "nope"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("nope"), "{complaint}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_masthead"))
        .args(["score", "-", "--quiet"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let line = serde_json::json!({ "text": "Rain fell on Harrow. ".repeat(200) }).to_string();
        for _ in 0..2000 {
            if writeln!(stdin, "{line}").is_err() {
                break;
            }
        }
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}

#[test]
fn clean_cuts_what_spans_name() {
    let (spans, _, code) = run(&["clean", &samples_path(), "--spans"]);
    assert_eq!(code, 0);
    let (clean, _, code) = run(&["clean", &samples_path()]);
    assert_eq!(code, 0);
    let mut cut = 0;
    for (spans, clean) in spans.lines().zip(clean.lines()) {
        let spans: serde_json::Value = serde_json::from_str(spans).unwrap();
        let clean: serde_json::Value = serde_json::from_str(clean).unwrap();
        let (before, after) = (spans["text"].as_str().unwrap(), clean["text"].as_str().unwrap());
        for span in spans["spans"].as_array().unwrap() {
            let range =
                span["start"].as_u64().unwrap() as usize..span["end"].as_u64().unwrap() as usize;
            assert!(
                !after.contains(&before[range.clone()])
                    || before[..range.start].contains(&before[range])
            );
            cut += 1;
        }
    }
    assert!(cut > 50, "{cut}");
}

#[test]
fn kinds_to_keep_are_kept_and_unknown_ones_named() {
    let all = run(&["clean", &samples_path(), "--spans"]).0;
    let kept = run(&["clean", &samples_path(), "--spans", "--keep", "share,legal"]).0;
    let count = |text: &str, kind: &str| text.matches(&format!("\"kind\":\"{kind}\"")).count();
    assert!(count(&all, "share") > 0);
    assert_eq!(count(&kept, "share"), 0);
    let (_, complaint, code) = run(&["clean", &samples_path(), "--drop", "adverts"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("adverts") && complaint.contains("advertisement"));
}

#[test]
fn favoring_precision_cuts_more_than_favoring_recall() {
    let spans = |flag: &str| {
        run(&["clean", &samples_path(), "--spans", flag]).0.matches("\"kind\"").count()
    };
    assert!(spans("--favor-precision") > spans("--favor-recall"));
}

#[test]
fn explain_shows_passages_of_the_row_asked_for() {
    let (out, _, code) = run(&["explain", &samples_path(), "--row", "6"]);
    assert_eq!(code, 0);
    assert!(out.contains("Reuters") && out.contains("evidence for outlet"), "{out}");
    let (_, complaint, code) = run(&["explain", &samples_path(), "--row", "4000"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("--row 4000"));
}

#[test]
fn a_gate_that_is_not_met_exits_with_one() {
    let path = samples_path();
    let (out, _, code) = run(&["evaluate", &path, "--json", "--min", "leaning.accuracy=0"]);
    assert_eq!(code, 0);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(report["leaning"]["accuracy"].as_f64().unwrap() > 0.0);
    let (_, complaint, code) = run(&["evaluate", &path, "--min", "leaning.accuracy=1.01"]);
    assert_eq!(code, 1);
    assert!(complaint.contains("leaning.accuracy"));
    assert_eq!(run(&["evaluate", &path, "--min", "nonsense"]).2, 2);
}

#[test]
fn the_model_shows_its_card_and_verifies() {
    let (card, _, code) = run(&["model", "show"]);
    assert_eq!(code, 0);
    assert!(card.starts_with("# Model") && card.contains("## Labels"));
    assert_eq!(card, std::fs::read_to_string("models/default.md").unwrap());
    let (out, _, code) = run(&["model", "verify", "models/default.masthead"]);
    assert_eq!(code, 0);
    assert!(out.contains("sound"));
}

#[test]
fn an_outlet_is_found_by_domain_and_a_unseen_outlet_is_not() {
    let (out, _, code) = run(&["outlets", "www.presstv.ir"]);
    assert_eq!(code, 0);
    assert!(out.contains("Press TV") && out.contains("state-controlled"));
    assert_eq!(run(&["outlets", "zzzz-no-such-outlet"]).2, 1);
}

#[test]
fn help_of_every_command_shows_examples() {
    for command in [
        "score",
        "clean",
        "explain",
        "train",
        "evaluate",
        "model",
        "outlets",
        "schema",
        "completions",
        "man",
    ] {
        let output = masthead(&[command, "--help"]).output().unwrap();
        assert!(String::from_utf8(output.stdout).unwrap().contains("Examples:"), "{command}");
    }
}

#[test]
fn what_an_article_would_do_to_a_terminal_is_left_out() {
    let folder = TempDir::new().unwrap();
    let path = at(&folder, "a.txt");
    std::fs::write(&path, "\u{1B}[2JRain \u{7}fell.\n").unwrap();
    let (out, _, code) = run(&["score", &path, "--format", "text"]);
    assert_eq!(code, 0);
    assert!(!out.contains('\u{1B}') && !out.contains('\u{7}'));
}

#[test]
fn style_adds_its_measures_by_name() {
    let (out, _, code) = run_with(&["score", "-", "--style"], b"{\"text\":\"Rain fell. Why?\"}");
    assert_eq!(code, 0);
    let row: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(row["verdict"]["style"]["sentence_length"], 1.5);
    assert!(row["verdict"]["style"].as_object().unwrap().len() >= 60);
    let (out, _, _) =
        run_with(&["score", "-", "--style", "--format", "csv"], b"{\"text\":\"Rain fell. Why?\"}");
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let at = reader.headers().unwrap().iter().position(|h| h == "style_sentence_length");
    assert_eq!(&reader.records().next().unwrap().unwrap()[at.unwrap()], "1.5");
}

#[test]
fn the_card_of_a_model_is_not_written_over_a_file_that_is_none() {
    let (folder, path) = file("a.csv", "text,mine\nRain fell.,yes\nSun shone.,no\n");
    let (notes, model) = (at(&folder, "notes.md"), at(&folder, "notes.masthead"));
    std::fs::write(&notes, "My notes").unwrap();
    let (_, complaint, code) = run(&["train", &path, "--label", "mine", "-o", &model]);
    assert!(code == 2 && complaint.contains("notes.md, which is none"), "{complaint}");
    assert_eq!(std::fs::read(&notes).unwrap(), b"My notes");
    std::fs::write(&notes, "# Model 0\n").unwrap();
    let (_, complaint, _) = run(&["train", &path, "--label", "mine", "-o", &model]);
    assert!(!complaint.contains("which is none"), "{complaint}");
}

#[test]
fn an_output_that_is_one_of_the_inputs_is_refused_through_links_too() {
    let (folder, path) = file("a.csv", "id,text\n1,Rain fell on Harrow.\n");
    let before = std::fs::read(&path).unwrap();
    let link = at(&folder, "link.csv");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&path, &link).unwrap();
    #[cfg(not(unix))]
    std::fs::hard_link(&path, &link).unwrap();
    let whole = folder.path().to_str().unwrap();
    for args in [
        &["clean", &path, "-o", &path][..],
        &["score", &path, "-o", &path],
        &["score", &path, "-o", &link],
        &["score", &link, "-o", &path],
        &["score", whole, "-o", &path],
        &["score", &path, "-o", &at(&folder, "out.csv"), "--rejects", &path],
        &["train", &path, "-o", &path],
        &["evaluate", &path, "--errors", &link],
    ] {
        let (_, complaint, code) = run(args);
        assert_eq!(code, 2, "{args:?}: {complaint}");
        assert!(complaint.contains("is one of the inputs"), "{args:?}: {complaint}");
        assert_eq!(std::fs::read(&path).unwrap(), before, "{args:?}");
    }
}

#[test]
fn in_place_replaces_one_file_by_its_results() {
    let text = "Rain fell on Harrow, the council said.\n\nSHARE THIS ARTICLE";
    let (folder, path) = file("a.csv", format!("id,text\n1,\"{text}\"\n"));
    let (_, said, code) = run(&["clean", &path, "--in-place"]);
    assert_eq!(code, 0, "{said}");
    let after = std::fs::read_to_string(&path).unwrap();
    assert!(after.contains("Rain fell") && !after.contains("SHARE"), "{after}");
    let whole = folder.path().to_str().unwrap();
    let (_, complaint, code) = run(&["clean", whole, "--in-place"]);
    assert!(code == 2 && complaint.contains("--in-place: name one file"), "{complaint}");
}

#[test]
fn columns_of_ours_whose_name_is_taken_get_another() {
    let csv = b"outlet,leaning,text\nThe Harrow Ledger,left,Rain fell on Harrow.\n";
    let (out, said, code) =
        run_with(&["score", "-", "--input-format", "csv", "--format", "csv"], csv);
    assert_eq!(code, 0, "{said}");
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let header = reader.headers().unwrap().clone();
    let count = |name: &str| header.iter().filter(|column| *column == name).count();
    assert_eq!(
        ["outlet", "leaning", "masthead_outlet", "masthead_leaning", "outlet_status"].map(count),
        [1; 5]
    );
    let row = reader.records().next().unwrap().unwrap();
    assert_eq!([&row[0], &row[1]], ["The Harrow Ledger", "left"]);
}

#[test]
fn the_schema_names_the_columns_of_a_csv_in_their_order() {
    let (out, _, _) =
        run_with(&["score", "-", "--style", "--format", "csv"], b"{\"body\":\"Rain.\"}");
    let header: Vec<&str> = out.lines().next().unwrap().split(',').skip(1).collect();
    let (schema, _, code) = run(&["schema", "--style", "--format", "arrow"]);
    assert_eq!(code, 0);
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let fields = schema["fields"].as_array().unwrap();
    let names = fields.iter().map(|field| field["name"].as_str().unwrap());
    // A CSV has no lists unless they are packed.
    let names: Vec<&str> = names.filter(|name| *name != "boilerplate").collect();
    assert_eq!(names, header);
    let (json, _, _) = run(&["schema"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["properties"]["outlet_p"]["type"][0], "number");
    let (spark, _, _) = run(&["schema", "--format", "spark"]);
    assert!(spark.contains("`outlet_agrees` BOOLEAN"), "{spark}");
}

#[test]
fn lists_go_into_a_cell_only_when_asked_for() {
    for args in [&["score", "-", "--explain"][..], &["clean", "-", "--spans"]] {
        let csv = [args, &["--format", "csv"]].concat();
        let (_, complaint, code) = run_with(&csv, b"{\"text\":\"Rain fell.\"}");
        assert!(code == 2 && complaint.contains("--packed"), "{complaint}");
        let (out, said, code) =
            run_with(&[&csv[..], &["--packed"]].concat(), b"{\"text\":\"Rain fell.\"}");
        assert_eq!(code, 0, "{said}");
        let last = csv::Reader::from_reader(out.as_bytes()).into_records().next().unwrap().unwrap();
        serde_json::from_str::<serde_json::Value>(&last[last.len() - 1]).unwrap();
    }
}

#[test]
fn a_country_whose_code_is_taken_for_a_missing_value_has_its_name_beside_it() {
    let (folder, registry) = file(
        "outlets.csv",
        include_str!("../../training-data/outlets.csv").lines().next().unwrap(),
    );
    let header = std::fs::read_to_string(&registry).unwrap();
    let row = header.split(',').map(|column| match column {
        "name" => "The Swakop Herald",
        "country" => "NA",
        "domains" => "swakop-herald.example",
        "kind" => "newspaper",
        "ownership" => "private",
        "source" => "invented",
        _ => "",
    });
    std::fs::write(&registry, format!("{header}\n{}\n", row.collect::<Vec<_>>().join(",")))
        .unwrap();
    let path = at(&folder, "a.csv");
    std::fs::write(&path, "url,text\nhttps://swakop-herald.example/1,Rain fell.\n").unwrap();
    let (out, said, code) = run(&["score", &path, "--registry", &registry, "--format", "csv"]);
    assert_eq!(code, 0, "{said}");
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let header = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let at = header.iter().position(|name| name == "country_name").unwrap();
    assert_eq!([&row[at - 1], &row[at]], ["NA", "Namibia"]);
}

#[test]
fn explain_finds_a_row_by_its_id_says_units_and_speaks_json() {
    let path = samples_path();
    let (out, _, code) = run(&["explain", &path, "--id", "sample-06"]);
    assert_eq!(code, 0);
    assert!(out.contains("evidence for outlet: Reuters") && out.contains("log-odds"), "{out}");
    let (json, _, code) = run(&["explain", &path, "--id", "sample-06", "--json"]);
    assert_eq!(code, 0);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["id"], &json["row"]), (&"sample-06".into(), &6.into()));
    for pieces in json["verdict"]["evidence"].as_object().unwrap().values() {
        let mut places: Vec<String> = pieces
            .as_array()
            .unwrap()
            .iter()
            .filter(|piece| piece["start"] != piece["end"])
            .map(|piece| {
                let sentence = piece["kind"] == "sentence";
                format!("{} {} {} {sentence}", piece["start"], piece["end"], piece["label"])
            })
            .collect();
        let all = places.len();
        places.sort();
        places.dedup();
        assert_eq!(places.len(), all, "a passage is named twice for one label");
    }
    // Where the log-odds start is said for the signatures and for the n-grams.
    assert!(out.contains("where Reuters starts") && out.contains("the n-grams of Reuters start"));
    let bases = json["verdict"]["evidence"]["outlet"].as_array().unwrap().iter();
    let bases = bases.filter(|piece| piece["kind"].as_str().unwrap().ends_with("base"));
    assert_eq!(bases.filter(|piece| piece["weight"].as_f64().unwrap() < 0.0).count(), 2);
    assert_eq!(run(&["explain", &path, "--row", "0"]).2, 2);
    let (_, complaint, code) = run(&["explain", &path, "--id", "nobody"]);
    assert!(code == 2 && complaint.contains("--id nobody"), "{complaint}");
}

#[test]
fn names_of_figures_and_heads_are_checked_before_anything_is_measured() {
    let (folder, missing) = (TempDir::new().unwrap(), "no-such.csv");
    let missing = at(&folder, missing);
    let (_, complaint, code) = run(&["evaluate", &missing, "--min", "acuracy=0.9"]);
    assert!(code == 2 && complaint.contains("did you mean accuracy?"), "{complaint}");
    let (_, complaint, code) = run(&["evaluate", &missing, "--max", "lening.accuracy=0.9"]);
    assert!(code == 2 && complaint.contains("did you mean leaning?"), "{complaint}");
}

#[test]
fn every_figure_of_a_report_can_be_asked_for() {
    let (out, _, _) = run(&["evaluate", &samples_path(), "--json"]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    for figure in ["accuracy", "macro_f1", "top3", "calibration_error", "mean_absolute_error"] {
        assert!(report["leaning"][figure].is_number(), "{figure}");
        let gate = format!("leaning.{figure}=0");
        assert_eq!(run(&["evaluate", &samples_path(), "--min", &gate]).2, 0, "{gate}");
    }
}

#[test]
fn a_model_file_that_is_missing_is_named_once() {
    for args in [&["score", "-", "--model", "nope"][..], &["model", "verify", "nope"]] {
        let (_, complaint, code) = run(args);
        assert_eq!(code, 2);
        assert_eq!(complaint.matches("nope").count(), 1, "{complaint}");
    }
}

#[test]
fn the_environment_names_model_and_registry_where_no_flag_does() {
    let variable = |args: &[&str], name: &str, value: &str| {
        let output = masthead(args).env(name, value).output().unwrap();
        (String::from_utf8(output.stderr).unwrap(), output.status.code())
    };
    let (said, code) = variable(&["model", "verify"], "MASTHEAD_MODEL", "models/none");
    assert!(code == Some(2) && said.contains("models/none"), "{said}");
    let found = ["model", "verify", "models/default.masthead"];
    assert_eq!(variable(&found, "MASTHEAD_MODEL", "models/none").1, Some(0), "the flag wins");
    let (said, code) = variable(&["outlets", "Reuters"], "MASTHEAD_REGISTRY", "none.csv");
    assert!(code == Some(2) && said.contains("none.csv"), "{said}");
}

#[test]
fn shells_complete_flags_and_man_has_a_page_for_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let (out, _, code) = run(&["completions", shell]);
        assert!(code == 0 && out.contains("favor-recall"), "{shell}");
    }
    let folder = TempDir::new().unwrap();
    assert_eq!(run(&["man", folder.path().to_str().unwrap()]).2, 0);
    for page in ["masthead.1", "masthead-score.1", "masthead-model-diff.1"] {
        assert!(folder.path().join(page).exists(), "{page}");
    }
}

#[test]
fn help_stands_under_headings() {
    let (help, _, _) = run(&["score", "--help"]);
    for heading in ["Input:", "Output:", "Model:", "Speed and messages:"] {
        assert!(help.contains(&format!("\n{heading}\n")), "{heading}");
    }
}

#[test]
fn statistics_say_what_was_cut_by_kind_language_and_host() {
    let text =
        "Rain fell on Harrow, and the council said that more would come.\n\nSHARE THIS ARTICLE";
    let row = serde_json::json!({"url": "https://www.harrow.example/1", "text": text}).to_string();
    let (folder, path) = file("a.jsonl", format!("{row}\n{row}\n"));
    let statistics = at(&folder, "statistics.json");
    let (_, said, code) = run(&["clean", &path, "--statistics", &statistics]);
    assert_eq!(code, 0);
    assert!(said.contains("boilerplate: ") && said.contains("share"), "{said}");
    let found: serde_json::Value =
        serde_json::from_slice(&std::fs::read(statistics).unwrap()).unwrap();
    let cut = serde_json::json!({"bytes": 36, "lines": 2});
    assert_eq!(found["by_kind"], serde_json::json!({"share": cut}));
    assert_eq!(found["all"]["boilerplate"], cut);
    assert_eq!(found["by_host"]["harrow.example"], found["all"]);
    assert_eq!(found["by_language"].as_object().unwrap().len(), 1);
}

#[test]
fn more_is_said_when_asked_for() {
    let (_folder, path) =
        file("a.jsonl", "{\"text\":\"Rain fell.\"}\n".to_owned() + &"nothing\n".repeat(9));
    let told = |args: &[&str]| run(&[&["score", &path], args].concat()).1.matches(": row ").count();
    assert_eq!((told(&[]), told(&["--verbose"])), (5, 9));
    assert!(run(&["score", &samples_path(), "--verbose"]).1.contains("model "));
}

#[test]
fn places_can_be_counted_in_characters_and_the_clean_text_added() {
    let text = "Zürich – Ärger über Straßen.\n\nSHARE THIS ARTICLE";
    let row = serde_json::json!({ "text": text }).to_string();
    let scored = |args: &[&str]| -> serde_json::Value {
        let all = [&["score", "-", "--explain", "--with-clean-text"], args].concat();
        let (out, said, code) = run_with(&all, row.as_bytes());
        assert_eq!(code, 0, "{said}");
        serde_json::from_str(&out).unwrap()
    };
    let characters: Vec<char> = text.chars().collect();
    let verdict = &scored(&["--offsets", "chars"])["verdict"];
    let span = &verdict["boilerplate"][0];
    let range = |piece: &serde_json::Value| {
        piece["start"].as_u64().unwrap() as usize..piece["end"].as_u64().unwrap() as usize
    };
    assert_eq!(characters[range(span)].iter().collect::<String>(), span["text"].as_str().unwrap());
    assert_eq!(verdict["clean_text"], "Zürich – Ärger über Straßen.");
    let bytes = &scored(&[])["verdict"];
    assert_eq!(&text[range(&bytes["boilerplate"][0])], span["text"].as_str().unwrap());
    let pieces = |verdict: &serde_json::Value| -> Vec<serde_json::Value> {
        let heads = verdict["evidence"].as_object().unwrap().values();
        heads.flat_map(|pieces| pieces.as_array().unwrap().clone()).collect()
    };
    for (a, b) in pieces(verdict).iter().zip(pieces(bytes)) {
        assert_eq!(characters[range(a)].iter().collect::<String>(), text[range(&b)]);
    }
}

#[test]
fn a_withheld_outlet_says_why_and_has_no_probability() {
    let json = run_with(&["score", "-"], b"{\"text\":\"Rain fell.\"}").0;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let outlet = &json["verdict"]["outlet"];
    assert_eq!(
        (outlet["status"].as_str(), outlet["label"].as_str()),
        (Some("short"), Some("unknown"))
    );
    for key in ["probability", "unknown"] {
        assert!(outlet["by_text"][key].is_null() && outlet["probability"].is_null(), "{outlet}");
    }
    let out = run_with(&["score", "-", "--format", "text"], b"{\"text\":\"Rain fell.\"}").0;
    assert!(out.contains("    - unknown  (withheld: the text is too short)"), "{out}");
}
