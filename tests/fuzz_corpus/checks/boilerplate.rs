//! What must hold for the boilerplate of any text: spans in order, apart, on
//! character boundaries, with probabilities; the text that is kept and the
//! spans that are dropped make up the text; and all other evidence can be
//! sliced too.

use std::sync::LazyLock;

use masthead::corpus::Article;
use masthead::document::Tokenized;
use masthead::heads::boilerplate::{BoilerplateScratch, Priors, UserPatterns};
use masthead::model::Model;
use masthead::registry::Registry;
use masthead::schema::Schema;
use masthead::verdict::BoilerplateSpan;
use masthead::verdict::cut;
use masthead::{Classifier, Options};

static CLASSIFIER: LazyLock<Classifier> = LazyLock::new(|| {
    let model = Model::built_in().expect("the default model is sound");
    Classifier::of(model, Registry::built_in())
});

/// Checks bytes as an article, of which the first line is the headline.
pub fn spans(bytes: &[u8]) {
    let all = String::from_utf8_lossy(bytes);
    let (title, text) = all.split_once('\n').unwrap_or(("", &all));
    let article = Article::new(title, text);
    for threshold in [None, Some(0.0), Some(0.5), Some(1.0)] {
        let spans = CLASSIFIER.boilerplate_from(&article, threshold);
        sound(text, &spans);
        kept_and_dropped_make_up(text, &spans);
    }
    with_patterns(title, text);
    evidence_slices(&article);
}

fn sound(text: &str, spans: &[BoilerplateSpan]) {
    let mut last = 0;
    for span in spans {
        assert!(span.start >= last && span.end > span.start, "{span:?} after {last}");
        assert!(text.get(span.span().range()).is_some(), "{span:?}");
        assert!((0.0..=1.0).contains(&span.probability), "{span:?}");
        last = span.end;
    }
}

/// Checks that what is kept lies in the gaps between the spans, in order and
/// whole but for the white space around what went.
pub fn kept_and_dropped_make_up(text: &str, spans: &[BoilerplateSpan]) {
    let kept = cut(text, spans);
    let mut rest = kept.as_str();
    let mut from = 0;
    let ends = spans.iter().map(|span| (span.start as usize, span.end as usize));
    for (start, end) in ends.chain([(text.len(), text.len())]) {
        for word in text[from..start].split_whitespace() {
            rest = rest.trim_start().strip_prefix(word).unwrap_or_else(|| {
                panic!("{word:?} is missing before {rest:?}");
            });
        }
        from = end;
    }
    assert_eq!(rest.trim(), "");
}

/// Checks what is found when a user knows the last line as boilerplate.
fn with_patterns(title: &str, text: &str) {
    let head = CLASSIFIER.model().boilerplate.as_ref().expect("the default model has it");
    let (mut document, mut headline) = (Tokenized::default(), Tokenized::default());
    document.read(text);
    headline.read(title);
    let phrases = UserPatterns::parse(text.lines().last().unwrap_or(""));
    let priors = Priors { phrases: Some(&phrases), ..Priors::default() };
    let (mut scratch, mut lines) = (BoilerplateScratch::default(), Vec::new());
    head.judge(&document, &headline, priors, &mut scratch, &mut lines);
    let spans = head.spans(&document, &lines, priors, None, &mut scratch);
    sound(text, &spans);
    kept_and_dropped_make_up(text, &spans);
}

fn evidence_slices(article: &Article) {
    let options = Options::default().with_evidence(true).with_style(true);
    let verdict = CLASSIFIER.classify_with(article, options);
    let evidence = verdict.evidence.iter().flat_map(|found| found.values().flatten());
    for piece in evidence.filter(|piece| piece.is_passage()) {
        let words = article.text.get(piece.start as usize..piece.end as usize);
        assert!(words.is_some_and(|words| !words.is_empty()), "{piece:?}");
    }
    let schema = Schema::new(CLASSIFIER.model(), true, true);
    assert_eq!(schema.cells(&verdict, article.text.len()).len(), schema.columns().len());
}
