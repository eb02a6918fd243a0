//! Properties of the parser, the tokenizer and the model loader.

use masthead::corpus::{Format, ReadOptions, Rows, Source};
use masthead::document::{Tokenized, sentences};
use masthead::model::Model;
use proptest::prelude::*;

use masthead::verdict::cut;

use super::common::{CLASSIFIER, at, file, judged_by, run, sample_rows};

/// Texts made of what articles are made of, and of what they are not.
fn any_text() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        "\\PC{0,40}",
        "[a-z]{1,6}( [a-z]{1,6}){0,12}[.!?]?",
        Just("SHARE THIS ARTICLE".to_owned()),
        Just("HARROW (Reuters) - Rain fell on Monday, the council said.".to_owned()),
        Just("© 2020 The Harrow Herald. All rights reserved.".to_owned()),
    ];
    prop::collection::vec((line, "[\n\r \t]{0,3}"), 0..12)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + &end).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn tokens_rise_do_not_overlap_and_hold_no_white_space(text in "\\PC*(\\n\\PC*)*") {
        let mut document = Tokenized::default();
        document.read(&text);
        let mut last = 0;
        for token in &document.tokens {
            prop_assert!(token.span.start >= last && !token.span.is_empty());
            let word = text.get(token.span.range());
            prop_assert!(word.is_some_and(|w| !w.contains(char::is_whitespace)));
            last = token.span.end;
        }
    }

    #[test]
    fn sentences_cover_every_token_of_a_line_once(text in "([A-Za-z“”.!? ]{0,60}\\n?){0,6}") {
        let mut document = Tokenized::default();
        document.read(&text);
        let mut found = Vec::new();
        sentences(&document, |_| true, &mut found);
        let covered: u32 = found.iter().map(|sentence| sentence.last - sentence.first).sum();
        prop_assert_eq!(covered as usize, document.tokens.len());
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
    fn json_of_any_text_gives_rows_or_reasons(text in "[\\{\\}\\[\\]\":,a-z0-9\\n\\\\ ]{1,120}") {
        let stream = std::io::Cursor::new(text.into_bytes());
        let rows = Rows::from_reader("a", stream, Format::Jsonl, &ReadOptions::default()).unwrap();
        for row in rows {
            prop_assert!(row.is_ok());
        }
    }

    #[test]
    fn what_the_csv_crate_writes_is_read_back(
        rows in prop::collection::vec(("[a\",;\t|\\\\\n\r é]{0,6}", "[a\",;\n\r é]{0,6}x"), 1..6),
    ) {
        let mut writer = csv::Writer::from_writer(b"id,text\n".to_vec());
        for (id, text) in &rows {
            writer.write_record([id, text]).unwrap();
        }
        let stream = std::io::Cursor::new(writer.into_inner().unwrap());
        let format = Format::Csv { delimiter: b',' };
        let read = Rows::from_reader("a", stream, format, &ReadOptions::default()).unwrap();
        let read: Vec<(String, String)> = read
            .map(|row| row.unwrap().unwrap().article)
            .map(|article| (article.id, article.text))
            .collect();
        prop_assert_eq!(read, rows);
    }

    #[test]
    fn json_lines_of_any_text_give_rows_or_reasons(text in "[\\{\\}\\[\\]\":,a-z0-9\\n\\\\ ]{1,120}") {
        // The first line tells that there is one value a line.
        let text = format!("{{}}\n{text}");
        let (_folder, path) = file("a.jsonl", &text);
        let source = Source { path: Some(path.into()), format: Format::Jsonl };
        let rows: Vec<_> = Rows::open(&source, &ReadOptions::default()).unwrap().collect();
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        prop_assert_eq!(rows.len(), lines);
    }

    #[test]
    fn what_is_kept_and_what_is_dropped_make_up_the_text(text in any_text()) {
        let verdict = judged_by(&CLASSIFIER, "", &text);
        let kept = cut(&text, &verdict.boilerplate);
        // What is kept lies in the gaps between the spans, in order and whole
        // but for the white space around what went.
        let mut rest = kept.as_str();
        let mut from = 0;
        let ends = verdict.boilerplate.iter().map(|span| (span.start as usize, span.end as usize));
        for (start, end) in ends.chain([(text.len(), text.len())]) {
            let gap = &text[from..start];
            for word in gap.split_whitespace() {
                let at = rest.find(word);
                prop_assert!(at.is_some_and(|at| rest[..at].trim().is_empty()), "{word:?} {rest:?}");
                rest = &rest[at.unwrap() + word.len()..];
            }
            from = end;
        }
        prop_assert_eq!(rest.trim(), "");
    }

    #[test]
    fn probabilities_are_finite_and_those_that_exclude_each_other_sum_to_one(
        text in any_text(),
        title in "\\PC{0,30}",
    ) {
        let verdict = judged_by(&CLASSIFIER, &title, &text);
        let leaning = verdict.leaning.as_ref().unwrap();
        let sum: f32 = leaning.probabilities.values().sum();
        let is_read = leaning.status != masthead::Status::Language;
        prop_assert!((sum - f32::from(u8::from(is_read))).abs() < 1e-4, "{sum}");
        let outlet = verdict.outlet.as_ref().unwrap();
        let named: f32 = outlet.by_text.alternatives.iter().map(|other| other.probability).sum();
        prop_assert!(outlet.by_text.probability.unwrap_or(0.0) + named <= 1.0 + 1e-4);
        let frames = verdict.frames.values();
        let frames = frames.flat_map(|frames| frames.probabilities.values());
        let spans = verdict.boilerplate.iter().map(|span| &span.probability);
        let others = outlet.by_text.alternatives.iter().map(|other| &other.probability);
        let mut all = leaning.probabilities.values().chain(frames).chain(spans).chain(others);
        prop_assert!(all.all(|p| (0.0..=1.0).contains(p)));
    }

    #[test]
    fn a_model_read_from_its_own_bytes_judges_alike(text in any_text()) {
        use masthead::registry::Registry;
        use masthead::Classifier;
        static AGAIN: std::sync::LazyLock<Classifier> = std::sync::LazyLock::new(|| {
            let bytes = Model::built_in().unwrap().to_bytes().unwrap();
            Classifier::of(Model::from_bytes(&bytes).unwrap(), Registry::built_in())
        });
        let (found, mut again) = (judged_by(&CLASSIFIER, "", &text), judged_by(&AGAIN, "", &text));
        // One of an older form is written in today's and so has another digest.
        again.model.clone_from(&found.model);
        prop_assert_eq!(found, again);
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

#[test]
fn an_address_has_one_host_however_it_is_written() {
    use masthead::registry::Registry;
    use masthead::text::host;
    for address in [
        "presstv.ir",
        "PressTV.ir",
        "www.presstv.ir/Detail",
        "https://www.presstv.ir",
        "HTTP://WWW.PRESSTV.IR:8080/a?b#c",
        "//presstv.ir/a",
        "https://joe:secret@presstv.ir:443/",
        " presstv.ir. ",
        "presstv.ir?to=https://example.org/",
    ] {
        assert_eq!(host(address), "presstv.ir", "{address}");
        let article = masthead::corpus::Article { url: address.to_owned(), ..Default::default() };
        assert_eq!(article.host(), "presstv.ir", "{address}");
        let registry = Registry::built_in();
        assert_eq!(registry.by_host(address), registry.by_host("presstv.ir"), "{address}");
    }
    assert_eq!(host("https://ПРИМЕР.рф/a"), "пример.рф");
    assert_eq!(host("https://xn--e1afmkfd.xn--p1ai/"), "xn--e1afmkfd.xn--p1ai");
    assert_eq!(host("http://[::1]:80/a"), "[::1]");
    assert_eq!(host(""), "");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn scores_do_not_depend_on_chunks_threads_order_or_the_rest_of_the_file(
        texts in prop::collection::vec(any_text(), 1..6),
        before in 0usize..700,
        turn in any::<bool>(),
        jobs in 1u8..5,
    ) {
        let texts: Vec<String> = texts.into_iter().filter(|t| !t.trim().is_empty()).collect();
        let row = |text: &String| serde_json::json!({ "text": text }).to_string() + "\n";
        let (folder, alone) = file("alone.jsonl", texts.iter().map(row).collect::<String>());
        prop_assume!(!texts.is_empty());
        let samples = sample_rows();
        let mut rows: Vec<String> = samples
            .iter()
            .cycle()
            .take(before)
            .map(|row| row["text"].as_str().unwrap().chars().take(80).collect())
            .collect();
        let ours: Vec<&String> =
            if turn { texts.iter().rev().collect() } else { texts.iter().collect() };
        rows.extend(ours.into_iter().cloned());
        rows.push("Hail fell on Harrow.".to_owned());
        let company = at(&folder, "company.jsonl");
        std::fs::write(&company, rows.iter().map(row).collect::<String>()).unwrap();
        let mut want: Vec<String> =
            run(&["score", &alone, "--jobs", "1"]).0.lines().map(str::to_owned).collect();
        if turn {
            want.reverse();
        }
        let got = run(&["score", &company, "--jobs", &jobs.to_string()]).0;
        let got: Vec<&str> = got.lines().skip(before).take(texts.len()).collect();
        prop_assert_eq!(got, want);
    }
}
