//! Every span lies on character boundaries of the text as it came in and
//! slices to what it claims; probabilities are probabilities.

use masthead::verdict::cut;
use masthead::verdict::{Status, Verdict};
use proptest::prelude::*;

use super::common::{CLASSIFIER, judged_by, sample_rows};

fn judged(title: &str, text: &str) -> Verdict {
    judged_by(&CLASSIFIER, title, text)
}

fn check(text: &str, verdict: &Verdict) {
    let mut last = 0;
    for span in &verdict.boilerplate {
        assert!(span.start >= last && span.end > span.start);
        assert!(text.get(span.start as usize..span.end as usize).is_some());
        assert!((0.0..=1.0).contains(&span.probability));
        last = span.end;
    }
    let pieces = verdict.evidence.as_ref().unwrap().values().flatten();
    // The others say where the log-odds start, which is no passage.
    for piece in pieces.filter(|piece| !piece.kind.ends_with("base")) {
        assert!(text.get(piece.start as usize..piece.end as usize).is_some_and(|t| !t.is_empty()));
        assert!(piece.weight.is_finite());
    }
    let leaning = verdict.leaning.as_ref().unwrap();
    let sum: f32 = leaning.probabilities.values().sum();
    assert!(leaning.status == Status::Language || (sum - 1.0).abs() < 1e-3);
    let outlet = &verdict.outlet.as_ref().unwrap().by_text;
    let known: f32 = outlet.alternatives.iter().map(|a| a.probability).sum();
    let first = outlet.probability.unwrap_or(0.0);
    assert!(first >= 0.0 && first + known <= 1.001);
}

#[test]
fn spans_of_the_samples_slice_where_they_say() {
    for row in sample_rows() {
        let (title, text) = (row["title"].as_str().unwrap(), row["text"].as_str().unwrap());
        check(text, &judged(title, text));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn spans_of_any_text_slice_where_they_say(
        text in "(\\PC{0,40}[\\n\\r ]{0,2}){0,12}",
        title in "\\PC{0,30}",
    ) {
        check(&text, &judged(&title, &text));
    }

    #[test]
    fn what_is_cut_and_what_is_kept_make_up_the_words(
        lines in prop::collection::vec("[a-z]{1,6}( [a-z]{1,6}){0,5}", 1..10),
    ) {
        let text = lines.join("\n\n");
        let verdict = judged("", &text);
        let kept = cut(&text, &verdict.boilerplate);
        let spans = verdict.boilerplate.iter();
        let dropped: usize = spans
            .map(|s| text[s.start as usize..s.end as usize].split_whitespace().count())
            .sum();
        prop_assert_eq!(
            kept.split_whitespace().count() + dropped,
            text.split_whitespace().count()
        );
    }
}
