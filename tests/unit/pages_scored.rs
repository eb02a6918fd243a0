//! Unit tests of `src/pages/scored.rs`.

use std::sync::Arc;

use super::*;
use crate::corpus::Article;

fn row(original: Original, text: &str, date: &str) -> Row {
    Row {
        file: "in/scored.csv".into(),
        number: 3,
        text_column: "text".into(),
        article: Article { date: date.to_owned(), ..Article::new("", text) },
        original,
    }
}

#[test]
fn a_flat_row_says_what_the_verdict_of_json_says() {
    let header = "text,outlet,masthead_outlet,outlet_status,outlet_p,outlet_agrees,country_name,leaning_status,\
                  leaning_content_p_left,leaning_content_p_right,generic,generic_status,\
                  generic_human_interest_p,generic_conflict_p,label_stance,label_stance_status,label_stance_for_p,\
                  boilerplate_share,model";
    let cells = "Rain.,Ours,The Ledger,answered,0.75,false,Iran,undetermined,0.5,0.25,conflict,answered,0.125,0.5,\
                 for,language,0.5,0.5,default";
    let record = |line: &str| csv::StringRecord::from(line.split(',').collect::<Vec<_>>());
    let flat = Original::Csv { header: Arc::new(record(header)), record: record(cells) };
    let json = r#"{"text": "Rain.", "verdict": {"model": "default", "origin": {},
        "outlet": {"label": "The Ledger", "status": "answered", "probability": 0.75, "agrees": false,
            "country_name": "Iran", "by_text": {}},
        "leaning": {"status": "undetermined", "by_content": {"left": 0.5, "right": 0.25}},
        "frames": {"generic": {"labels": ["conflict"], "status": "answered",
            "probabilities": {"human_interest": 0.125, "conflict": 0.5}}},
        "labels": {"stance": {"labels": ["for"], "status": "language", "probabilities": {"for": 0.5}}}}}"#;
    let flat = Scored::of(&row(flat, "Rain.", "")).unwrap();
    let json = Scored::of(&row(Original::Json(json.to_owned()), "Rain.", "")).unwrap();
    assert_eq!(flat.cut, 3);
    assert_eq!(format!("{:?}", flat.found), format!("{:?}", json.found));
}

#[test]
fn months_are_read_from_dates_and_rows_without_a_verdict_are_refused() {
    let scored =
        |json: &str, date| Scored::of(&row(Original::Json(json.to_owned()), "Rain.", date));
    let verdict = r#"{"verdict": {}}"#;
    assert_eq!(scored(verdict, "12 March 2019").unwrap().month, Some((2019, 3)));
    let odd = scored(verdict, "yesterday").unwrap();
    assert!(odd.month.is_none() && odd.odd_date);
    for (json, why) in [("{}", "has no verdict"), (r#"{"verdict": 7}"#, "not one")] {
        assert!(scored(json, "").unwrap_err().contains(why), "{json}");
    }
}
