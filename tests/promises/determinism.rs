//! The same input gives the same bytes, whatever the threads and the company
//! an article keeps.

use masthead::classifier::{ScoreOptions, Scratch};
use masthead::corpus::Article;

use super::common::{SCORER, run, sample_rows, samples};

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
    let options = ScoreOptions { explain: true, ..ScoreOptions::default() };
    let mut kept = Scratch::default();
    for row in sample_rows() {
        let (title, text) = (row["title"].as_str().unwrap(), row["text"].as_str().unwrap());
        let after_others = SCORER.judge(&Article::new(title, text), options, &mut kept);
        let alone = SCORER.judge(&Article::new(title, text), options, &mut Scratch::default());
        assert_eq!(after_others, alone);
    }
}
