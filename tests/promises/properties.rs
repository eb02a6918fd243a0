//! Properties of the parser, the tokenizer and the model loader.

use masthead::corpus::{Format, ReadOptions, Rows, Source};
use masthead::model::Model;
use masthead::text::{Reading, sentences};
use proptest::prelude::*;

use super::common::file;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn tokens_rise_do_not_overlap_and_hold_no_white_space(text in "\\PC*(\\n\\PC*)*") {
        let mut reading = Reading::default();
        reading.read(&text);
        let mut last = 0;
        for token in &reading.tokens {
            prop_assert!(token.span.start >= last && !token.span.is_empty());
            let word = text.get(token.span.range());
            prop_assert!(word.is_some_and(|w| !w.contains(char::is_whitespace)));
            last = token.span.end;
        }
    }

    #[test]
    fn sentences_cover_every_token_of_a_line_once(text in "([A-Za-z“”.!? ]{0,60}\\n?){0,6}") {
        let mut reading = Reading::default();
        reading.read(&text);
        let mut found = Vec::new();
        sentences(&text, &reading, |_| true, &mut found);
        let covered: u32 = found.iter().map(|sentence| sentence.last - sentence.first).sum();
        prop_assert_eq!(covered as usize, reading.tokens.len());
    }

    #[test]
    fn a_csv_of_any_bytes_gives_rows_or_reasons(bytes in prop::collection::vec(any::<u8>(), 1..300)) {
        let mut content = b"id,text\n".to_vec();
        content.extend(bytes);
        let (_folder, path) = file("a.csv", content);
        let source = Source { path: Some(path.into()), format: Format::Csv { delimiter: b',' } };
        if let Ok(rows) = Rows::open(&source, &ReadOptions::default()) {
            for row in rows {
                prop_assert!(row.is_ok());
            }
        }
    }

    #[test]
    fn json_lines_of_any_text_give_rows_or_reasons(text in "[\\{\\}\\[\\]\":,a-z0-9\\n\\\\ ]{1,120}") {
        let (_folder, path) = file("a.jsonl", &text);
        let source = Source { path: Some(path.into()), format: Format::Jsonl };
        let rows: Vec<_> = Rows::open(&source, &ReadOptions::default()).unwrap().collect();
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        prop_assert_eq!(rows.len(), lines);
    }

    #[test]
    fn a_model_file_of_any_bytes_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Model::from_bytes(&bytes).is_err());
    }

    #[test]
    fn a_model_file_with_one_byte_changed_is_refused(at in any::<prop::sample::Index>(), by in 1u8..) {
        static GOOD: std::sync::LazyLock<Vec<u8>> =
            std::sync::LazyLock::new(|| std::fs::read("models/default.masthead").unwrap());
        let mut bytes = GOOD.clone();
        let at = at.index(bytes.len());
        bytes[at] = bytes[at].wrapping_add(by);
        // A byte of padding or of a version's text changes nothing that counts.
        if let Ok(model) = Model::from_bytes(&bytes) {
            prop_assert_eq!(model.to_bytes().unwrap(), GOOD.clone());
        }
    }
}
