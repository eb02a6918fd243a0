//! What a user knows of boilerplate beforehand: phrases, and what recurs.

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
fn counting_what_recurs_needs_an_input_that_can_be_read_twice() {
    let (_, complaint, code) = run(&["clean", "-", "--input-format", "jsonl", "--repeats"]);
    assert_eq!(code, 2);
    assert!(complaint.contains("--repeats") && complaint.contains("file"), "{complaint}");
}
