//! Label Studio and back: emoji, CJK, combining marks and line ends move no label.

use super::*;
use crate::corpus::{Article, Original, Row};
use crate::pages::Question;
use crate::verdict::{BoilerplateSpan, LeaningVerdict, Verdict};

/// Lines with what a browser counts otherwise than we do, and which of them are boilerplate.
const LINES: [(&str, Option<&str>); 6] = [
    ("👩‍👩‍👧 Rain 🌧️ fell on Harrow.", None),
    ("Compartir 📣 esta pa\u{301}gina 🐦", Some("share")),
    ("東京で雨が降った。𠮷野家", None),
    ("購読 👉 ニュース", Some("subscribe")),
    ("Cafe\u{301} e\u{308} n\u{303}", None),
    ("© Ha\u{331}rrow 𝓛edger", Some("legal")),
];

fn desk(suggests: bool) -> Desk {
    let question = |column: &str, several, typed, options: &[&str]| Question {
        column: column.to_owned(),
        several,
        typed,
        options: options.iter().map(|&own| own.to_owned()).collect(),
    };
    let questions = vec![
        question("outlet", false, true, &["A & <B>"]),
        question("leaning", false, false, &["left", "right"]),
        question("frames", true, false, &["conflict", "\"quoted\" & <b>"]),
    ];
    Desk { questions, rule: "at random".to_owned(), suggests }
}

/// The article whose lines end so.
fn article(end: &str) -> DeskArticle {
    let text = LINES.map(|(line, _)| line).join(end);
    let spans = LINES.iter().filter_map(|(line, kind)| {
        let start = text.find(line).unwrap();
        Some(BoilerplateSpan {
            start: start as u32,
            end: (start + line.len()) as u32,
            kind: (*kind)?.to_owned(),
            probability: 0.9,
            text: (*line).to_owned(),
        })
    });
    let leaning = LeaningVerdict { label: Some("left".to_owned()), ..LeaningVerdict::default() };
    let verdict =
        Verdict { boilerplate: spans.collect(), leaning: Some(leaning), ..Verdict::default() };
    let row = Row {
        file: "in.jsonl".into(),
        number: 3,
        text_column: "text".into(),
        article: Article::new("Regen 🌧️", &text),
        original: Original::Text,
    };
    DeskArticle { row, verdict, inclusion: 0.25 }
}

/// The tasks as they come back, the predictions taken over by a coder.
fn exported(tasks: &str, change: impl Fn(&mut Value)) -> String {
    let mut tasks: Value = serde_json::from_str(tasks).unwrap();
    for task in tasks.as_array_mut().unwrap() {
        let mut result = task["predictions"][0]["result"].clone();
        result.as_array_mut().unwrap().iter_mut().for_each(&change);
        task["annotations"] = json!([
            {"completed_by": {"id": 7, "email": "ada"}, "result": result},
            {"completed_by": 8, "was_cancelled": true, "result": []}
        ]);
    }
    tasks.to_string()
}

fn rows(csv: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv);
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// That the lines have the kinds that they had.
fn kept(found: &FromLabelStudio) {
    let lines: Vec<(String, String)> =
        rows(&found.lines).into_iter().map(|row| (row[4].clone(), row[3].clone())).collect();
    let all = LINES.map(|(line, kind)| (line.to_owned(), kind.unwrap_or("content").to_owned()));
    assert_eq!(lines, all);
}

#[test]
fn offsets_are_a_browsers_and_come_back_as_bytes() {
    for end in ["\n", "\n\n", "\r\n", "\r"] {
        let tasks = label_studio_tasks(&desk(true), &[article(end)]);
        let read: Value = serde_json::from_str(&tasks).unwrap();
        let text: Vec<u16> = read[0]["data"]["text"].as_str().unwrap().encode_utf16().collect();
        let regions = read[0]["predictions"][0]["result"].as_array().unwrap();
        let regions: Vec<_> = regions.iter().filter(|own| own["type"] == "labels").collect();
        assert_eq!(regions.len(), 3);
        for region in regions {
            // What a browser would cut out.
            let at = |name: &str| region["value"][name].as_u64().unwrap() as usize;
            let piece = String::from_utf16(&text[at("start")..at("end")]).unwrap();
            assert_eq!(region["value"]["text"], piece);
        }
        let found = from_label_studio(&exported(&tasks, |_| ())).unwrap();
        kept(&found);
        assert_eq!((found.answers, found.moved), (1, 0));
        let row = &rows(&found.articles)[0];
        assert_eq!(row[0], "in.jsonl:3");
        assert_eq!(row[2], article(end).row.article.text);
        assert_eq!(row[5..], ["", "left", "", "ada", "true", "0.25"]);
    }
}

#[test]
fn offsets_in_characters_or_with_line_ends_of_one_are_read_by_the_text_they_name() {
    for (end, counted) in [("\n", ""), ("\r\n", ""), ("\r\n", "\r")] {
        let tasks = label_studio_tasks(&desk(true), &[article(end)]);
        let text = article(end).row.article.text;
        let in_characters = |region: &mut Value| {
            if let Some(named) = region["value"]["text"].as_str().map(str::to_owned) {
                let before = &text[..text.find(&named).unwrap()];
                let characters = |text: &str| text.replace(counted, "").chars().count();
                let characters = |text: &str| {
                    if counted.is_empty() { text.chars().count() } else { characters(text) }
                };
                region["value"]["start"] = json!(characters(before));
                region["value"]["end"] = json!(characters(before) + characters(&named));
            }
        };
        let found = from_label_studio(&exported(&tasks, in_characters)).unwrap();
        kept(&found);
        assert_eq!(found.moved, 0);
    }
    // One offset that is off is mended by the text, and said.
    let tasks = label_studio_tasks(&desk(true), &[article("\n")]);
    let off = |region: &mut Value| {
        if region["value"]["labels"] == json!(["legal"]) {
            region["value"]["start"] = json!(1);
        }
    };
    let found = from_label_studio(&exported(&tasks, off)).unwrap();
    kept(&found);
    assert_eq!(found.moved, 1);
    let lost = |region: &mut Value| region["value"]["text"] = json!("not there");
    let complaint = from_label_studio(&exported(&tasks, lost)).unwrap_err();
    assert!(complaint.contains("task 1") && complaint.contains("not there"), "{complaint}");
    assert!(from_label_studio("{}").unwrap_err().contains("Label Studio"));
}

#[test]
fn blind_tasks_hold_no_prediction_and_the_interface_asks_what_the_desk_asks() {
    let tasks = label_studio_tasks(&desk(false), &[article("\n")]);
    let read: Value = serde_json::from_str(&tasks).unwrap();
    assert_eq!(read[0].as_object().unwrap().keys().collect::<Vec<_>>(), ["data"]);
    let mut coded = read.clone();
    coded[0]["annotations"] = json!([{"completed_by": 8, "result": [
        {"from_name": "outlet", "type": "textarea", "value": {"text": ["A & <B>"]}},
        {"from_name": "frames", "type": "choices", "value": {"choices": ["conflict", "morality"]}},
        {"from_name": "stance", "type": "choices", "value": {"choices": ["for"]}}]}]);
    let found = from_label_studio(&coded.to_string()).unwrap();
    let row = &rows(&found.articles)[0];
    assert_eq!(row[5..], ["A & <B>", "", "conflict;morality", "for", "8", "false", "0.25"]);
    assert!(rows(&found.lines).is_empty(), "no line was marked");
    let config = label_studio_config(&desk(false));
    for part in [
        "<Text name=\"text\" value=\"$text\"/>",
        "<Label value=\"share\"/>",
        "<TextArea name=\"outlet\" toName=\"text\" maxSubmissions=\"1\"/>",
        "<Choices name=\"frames\" toName=\"text\" choice=\"multiple\">",
        "<Choice value=\"&quot;quoted&quot; &amp; &lt;b>\"/>",
    ] {
        assert!(config.contains(part), "{part} in {config}");
    }
    assert_eq!(config.matches("<Choices").count(), config.matches("</Choices>").count());
}
