//! What a user knows of boilerplate beforehand: phrases, and what recurs.

use std::collections::BTreeMap;

use super::common::{at, file, run};

/// A story that ends in a line which looks like any other sentence of it.
fn article(day: usize, host: &str) -> String {
    let text = format!(
        "The council met on day {day} to talk about the bridge at Orrin and its tolls.\n\n\
         Members asked the engineers for {day} more soundings of the river bed.\n\n\
         “We will not build on sand,” said the mayor, Alma Reed, on day {day}.\n\n\
         Orrin is where the river bends and the valley opens."
    );
    serde_json::json!({"url": format!("https://{host}/{day}"), "text": text}).to_string()
}

const LAST: &str = "Orrin is where the river bends";

#[test]
fn a_phrase_of_the_users_is_cut_and_the_content_around_it_stays() {
    let (folder, path) = file("a.jsonl", article(3, "orrin.example"));
    let phrases = at(&folder, "ours.txt");
    std::fs::write(&phrases, "# under every story\norrin is where the river bends\n").unwrap();
    let (plain, _, _) = run(&["clean", &path]);
    assert!(plain.contains(LAST), "{plain}");
    let (cut, complaint, code) = run(&["clean", &path, "--phrases", &phrases]);
    assert_eq!(code, 0, "{complaint}");
    assert!(!cut.contains(LAST), "{cut}");
    assert!(cut.contains("said the mayor, Alma Reed"), "{cut}");
}

#[test]
fn a_file_without_phrases_is_refused_by_its_name() {
    let (folder, path) = file("a.jsonl", article(3, "orrin.example"));
    let phrases = at(&folder, "none.txt");
    std::fs::write(&phrases, "# nothing yet\n\n").unwrap();
    let (_, complaint, code) = run(&["clean", &path, "--phrases", &phrases]);
    assert_eq!(code, 2);
    assert!(complaint.contains("none.txt"), "{complaint}");
}

#[test]
fn what_recurs_on_one_host_is_cut_there_and_nowhere_else() {
    let mut rows: Vec<String> = (1..60).map(|day| article(day, "orrin.example")).collect();
    rows.push(article(99, "elsewhere.example"));
    let (_folder, path) = file("a.jsonl", rows.join("\n"));
    let (cut, complaint, code) = run(&["clean", &path, "--repeats"]);
    assert_eq!(code, 0, "{complaint}");
    let with_last = |line: &&str| line.contains(LAST);
    let kept: Vec<&str> = cut.lines().filter(with_last).collect();
    assert_eq!(kept.len(), 1, "{}", kept.len());
    assert!(kept[0].contains("elsewhere.example"));
    assert_eq!(cut.matches("said the mayor, Alma Reed").count(), 60);
}

#[test]
fn counts_that_two_workers_wrote_are_those_of_one() {
    let rows: Vec<String> = (1..60).map(|day| article(day, "orrin.example")).collect();
    let (folder, whole) = file("a.jsonl", rows.join("\n"));
    let mut command = vec!["clean".to_owned(), whole.clone()];
    for (worker, rows) in rows.chunks(30).enumerate() {
        let (_folder, part) = file("part.jsonl", rows.join("\n"));
        let counts = at(&folder, &format!("{worker}.repeats"));
        let (_, said, code) = run(&["repeats", &part, "-o", &counts]);
        assert_eq!(code, 0, "{said}");
        command.extend(["--repeats-from".to_owned(), counts]);
    }
    let command: Vec<&str> = command.iter().map(String::as_str).collect();
    let (found, said, code) = run(&command);
    assert_eq!(code, 0, "{said}");
    assert_eq!(found, run(&["clean", &whole, "--repeats"]).0);
    assert_ne!(found, run(&command[..2]).0);
    std::fs::write(command[3], "none").unwrap();
    let (_, said, code) = run(&command);
    assert_eq!(code, 2);
    assert!(said.contains("0.repeats: holds no counts"), "{said}");
}

#[test]
fn counting_what_recurs_needs_an_input_that_can_be_read_twice() {
    let (_, complaint, code) = run(&["clean", "-", "--input-format", "jsonl", "--repeats"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("--repeats") && complaint.contains("file"), "{complaint}");
}

/// The boilerplate of a text: where it stands, and how probable it is.
fn boilerplate(text: &str) -> Vec<(usize, usize, f64)> {
    let (_folder, path) = file("a.jsonl", serde_json::json!({"text": text}).to_string());
    let (out, complaint, code) = run(&["score", &path]);
    assert_eq!(code, 0, "{complaint}");
    let row: serde_json::Value = serde_json::from_str(&out).unwrap();
    let spans = row["verdict"]["boilerplate"].as_array().unwrap().iter();
    let number = |span: &serde_json::Value, key: &str| span[key].as_u64().unwrap() as usize;
    spans
        .map(|span| {
            (number(span, "start"), number(span, "end"), span["probability"].as_f64().unwrap())
        })
        .collect()
}

const STORY: [&str; 4] = [
    "The council of Orrin voted on Monday to rebuild the bridge over the river, after two years \
     of talks about what it would cost the town and its people.",
    "Engineers had found cracks in three of the seven piers last spring, and lorries have been \
     sent around by the valley road since then.",
    "“We could not wait any longer,” said the mayor, Alma Reed, who had opposed the plan when it \
     was first put forward.",
    "The work will take eighteen months and cost about nine million, two thirds of which the \
     province has agreed to pay.",
];

#[test]
fn words_are_read_as_if_without_what_is_not_seen_of_them() {
    let text = |end: &str| format!("{}\n\n{end}\n\n© 2024 Orrin Live", STORY.join("\n\n"));
    let plain = text("Abonnieren Sie unseren Newsletter");
    let hidden =
        text("Abon\u{ad}nie\u{ad}ren Sie unse\u{200b}ren News\u{ad}let\u{200d}t\u{2060}er");
    let [a, b] = [&plain, &hidden].map(|text| boilerplate(text));
    assert_eq!(a.len(), 2, "{a:?}");
    let probabilities = |all: &[(usize, usize, f64)]| all.iter().map(|s| s.2).collect::<Vec<_>>();
    // The length in bytes is a feature of its own.
    let near = probabilities(&a).into_iter().zip(probabilities(&b));
    assert!(near.into_iter().all(|(a, b)| (a - b).abs() < 0.05), "{a:?} {b:?}");
    assert!(
        hidden[b[0].0..b[0].1].starts_with("Abon\u{ad}") && hidden[b[0].0..b[0].1].ends_with("er")
    );
}

#[test]
fn tags_are_cut_with_their_lines_and_hide_no_words() {
    let paragraphs: String = STORY.map(|line| format!("<p>{line}</p>")).concat();
    let text = format!("{paragraphs}<p>All rights reserved. © 2024 Orrin Live</p>\n<br /><br />\n");
    let cut = boilerplate(&text);
    let cut: Vec<&str> = cut.iter().map(|&(start, end, _)| &text[start..end]).collect();
    assert_eq!(cut, ["<p>All rights reserved. © 2024 Orrin Live</p>", "<br /><br />"]);
}

#[test]
fn what_is_cut_for_sure_is_cut_whatever_the_share_of_boilerplate() {
    let boilerplate_lines =
        ["All rights reserved. © 2024 Orrin Live", "Share this article on Facebook"];
    let mut sure = [false; 2];
    for share in 0..=9 {
        let lines = 8 * share / (10 - share);
        let end =
            boilerplate_lines.into_iter().cycle().take(lines).collect::<Vec<_>>().join("\n\n");
        let text = format!("{}\n\n{}\n\n{end}", STORY.join("\n\n"), STORY.join("\n\n"));
        let found = boilerplate(&text);
        for (line, sure) in boilerplate_lines.into_iter().zip(&mut sure) {
            let places: Vec<usize> = text.match_indices(line).map(|(at, _)| at).collect();
            let own: Vec<_> = found.iter().filter(|span| places.contains(&span.0)).collect();
            assert!(!*sure || own.len() == places.len(), "{line} stays at {share}0 %");
            *sure |= own.iter().any(|span| span.2 >= 0.95);
        }
    }
    assert!(sure.contains(&true));
}

/// Lines of a CSV of labelled lines that stand in documents with such names: language, kind
/// and text, by document.
fn labelled(wanted: impl Fn(&str) -> bool) -> BTreeMap<String, Vec<[String; 3]>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/training-data/boilerplate.csv");
    let mut out = BTreeMap::<String, Vec<_>>::new();
    for row in csv::Reader::from_path(path).unwrap().records() {
        let row = row.unwrap();
        if wanted(&row[0]) {
            let line = [2, 3, 4].map(|column| row[column].to_owned());
            out.entry(row[0].to_owned()).or_default().push(line);
        }
    }
    out
}

#[test]
fn set_phrases_of_thirty_languages_are_sure_wherever_they_stand() {
    let classifier = masthead::Classifier::builder().heads(["boilerplate"]).build().unwrap();
    let documents = labelled(|name| !name.starts_with("known-"));
    let (mut languages, mut doubtful) = (0, Vec::new());
    for lines in labelled(|name| name.starts_with("known-")).into_values() {
        let language = &lines[0][0];
        let stories = documents.values().filter(|lines| &lines[0][0] == language);
        let stories = stories.map(|lines| {
            let content = lines.iter().filter(|line| line[1] == "content");
            content.map(|line| line[2].trim()).collect::<Vec<_>>()
        });
        let Some(story) = stories.max_by_key(Vec::len) else { continue };
        languages += 1;
        let phrases = lines.iter().map(|line| line[2].as_str());
        // One word may be a heading, a question is a line of its own in scripts without spaces, and
        // what points elsewhere is followed by a headline.
        let phrases = phrases.filter(|phrase| phrase.contains(' ') && !phrase.contains("? "));
        let phrases = phrases.filter(|phrase| !phrase.ends_with(':'));
        for phrase in phrases {
            for at in [0, story.len() / 2, story.len() - 1, story.len()] {
                let mut text = story.clone();
                text.insert(at, phrase);
                let article = masthead::corpus::Article::new("", &text.join("\n"));
                let found = classifier.boilerplate(&article);
                let own = found.iter().find(|span| span.text == phrase);
                if own.is_none_or(|span| span.probability < 0.95) {
                    doubtful.push(format!("{language} {at} {phrase}"));
                }
            }
        }
    }
    assert!(languages >= 30, "{languages}");
    assert!(doubtful.is_empty(), "{doubtful:#?}");
}

#[test]
fn rare_set_phrases_are_sure_in_the_midst_of_a_story() {
    /// One of so many is tried.
    const STEP: usize = 9;
    let classifier = masthead::Classifier::builder().heads(["boilerplate"]).build().unwrap();
    let documents = labelled(|name| !name.starts_with("phrases-"));
    let content = |lines: &&Vec<[String; 3]>| lines.iter().filter(|l| l[1] == "content").count();
    let (mut tried, mut doubtful) = (0, Vec::new());
    for lines in labelled(|name| name.starts_with("phrases-")).into_values() {
        let stories = documents.values().filter(|own| own[0][0] == lines[0][0]);
        let Some(story) = stories.max_by_key(content) else { continue };
        let story = story.iter().filter(|line| line[1] == "content").map(|line| line[2].trim());
        let story: Vec<&str> = story.collect();
        // What points elsewhere is followed by a headline.
        let phrases = lines.iter().filter(|line| line[1] != "content").map(|line| &*line[2]);
        for phrase in phrases.filter(|p| p.contains(' ') && !p.ends_with(':')).step_by(STEP) {
            let mut text = story.clone();
            text.insert(story.len() / 2, phrase);
            let article = masthead::corpus::Article::new("", &text.join("\n"));
            let found = classifier.boilerplate(&article);
            tried += 1;
            if found.iter().find(|own| own.text == phrase).is_none_or(|own| own.probability < 0.95)
            {
                doubtful.push(phrase.to_owned());
            }
        }
    }
    // Of some the labelled pages show that they may be content.
    assert!(
        tried >= 400 && doubtful.len() * 50 <= tried,
        "{} of {tried}: {doubtful:#?}",
        doubtful.len()
    );
}

#[test]
fn what_a_page_adds_to_a_story_goes_with_its_copies_and_the_rest_of_its_sentence() {
    let story = [
        "The ferry between Holm and Orrin will not sail before Monday, the harbour master said.",
        "Its rudder was bent on Friday when the ship ran on to a bank of gravel off the mole.",
        "— Orrin Harbour (@orrinharbour) May 3, 2024",
        "Forty cars and a hearse were on board, and nobody was hurt.",
        "“We drank all the coffee there was,” said Alma Reed, who had been on her way to a wedding.",
        "A diver is to look at the hull in the morning.",
        "Copyright 2024 Orrin Wire Service. This material may not be",
        "published, broadcast, rewritten or redistributed.",
    ];
    let row = serde_json::json!({"title": "Ferry held in harbour", "text": story.join("\n")});
    let (_folder, path) = file("a.jsonl", row.to_string());
    let (out, complaint, code) = run(&["clean", &path, "--format", "jsonl"]);
    assert_eq!(code, 0, "{complaint}");
    let cleaned: serde_json::Value = serde_json::from_str(&out).unwrap();
    let stays = [0, 1, 3, 4, 5].map(|line: usize| story[line]).join("\n");
    assert_eq!(cleaned["text"].as_str().unwrap().trim_end(), stays);
}
