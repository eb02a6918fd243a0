//! The same input gives the same bytes, whatever the threads and the company
//! an article keeps.

use masthead::Classifier;
use masthead::corpus::Article;

use super::common::{CLASSIFIER, judged_by, run, sample_rows, samples};

#[test]
fn the_number_of_jobs_does_not_change_a_byte() {
    let path = samples();
    let path = path.to_str().unwrap();
    let one = run(&["score", path, "--jobs", "1", "--explain"]).0;
    let four = run(&["score", path, "--jobs", "4", "--explain"]).0;
    assert!(!one.is_empty());
    assert_eq!(one, four);
}

#[test]
fn an_article_is_judged_alike_alone_and_after_others() {
    for row in sample_rows().into_iter().step_by(6) {
        let (title, text) = (row["title"].as_str().unwrap(), row["text"].as_str().unwrap());
        let after_others = judged_by(&CLASSIFIER, title, text);
        // Another classifier has read nothing before.
        let alone = Classifier::builder().explain(true).build().unwrap();
        assert_eq!(after_others, alone.classify_article(&Article::new(title, text)));
    }
}

#[test]
fn a_batch_gives_the_verdicts_of_its_articles_in_their_order() {
    let articles: Vec<Article> = sample_rows()
        .iter()
        .map(|row| Article::new(row["title"].as_str().unwrap(), row["text"].as_str().unwrap()))
        .collect();
    let batch = CLASSIFIER.classify_batch(&articles);
    let alone: Vec<_> = articles.iter().map(|a| CLASSIFIER.classify_article(a)).collect();
    assert_eq!(batch, alone);
}
