//! Unit tests of `src/evaluation/splits.rs`.

use super::*;
use crate::corpus::LabelledArticle;

fn set(articles: impl IntoIterator<Item = (&'static str, String, String)>) -> TrainingSet {
    let articles = articles.into_iter().map(|(outlet, date, text)| LabelledArticle {
        outlet: outlet.to_owned(),
        date,
        text,
        ..LabelledArticle::default()
    });
    TrainingSet { articles: articles.collect(), ..TrainingSet::default() }
}

fn parts(set: &TrainingSet, split: &Split, count: usize) -> Result<Parts, SplitError> {
    Parts::new(set, split, count, &Registry::built_in(), 1)
}

/// Forty articles of five outlets, of which every eighth text is the same.
fn forty() -> TrainingSet {
    let outlets = ["Ash Post", "Birch Post", "Cedar Post", "Elm Post", "Fir Post"];
    set((0..40).map(|row| {
        let text = if row % 8 == 0 { "The same rain.".to_owned() } else { format!("Day {row}.") };
        (outlets[row % 5], format!("2019-{:02}-01", row % 12 + 1), text)
    }))
}

#[test]
fn no_outlet_is_on_both_sides_and_every_article_is_tested_once() {
    let set = forty();
    let parts = parts(&set, &Split::Outlet, 3).unwrap();
    let mut tested = Vec::new();
    for fold in 0..3 {
        let (train, test, [numbers, ..]) = parts.sets(&set, fold);
        assert!(!test.articles.is_empty());
        let own: HashSet<&str> = test.articles.iter().map(|a| a.outlet.as_str()).collect();
        assert!(train.articles.iter().all(|article| !own.contains(article.outlet.as_str())));
        let texts: HashSet<&str> = test.articles.iter().map(|a| a.text.as_str()).collect();
        assert!(train.articles.iter().all(|article| !texts.contains(article.text.as_str())));
        let rows = parts.parted.folds[fold];
        assert_eq!(rows.trained + rows.tested + rows.copies, 40);
        assert_eq!((train.articles.len(), numbers.len()), (rows.trained, rows.tested));
        tested.extend(numbers);
    }
    tested.sort_unstable();
    assert_eq!(tested, (0..40).collect::<Vec<_>>());
}

#[test]
fn copies_of_a_text_are_in_one_fold_of_rows() {
    let set = forty();
    let parts = parts(&set, &Split::Row, 5).unwrap();
    let of = |fold| parts.sets(&set, fold).1.articles;
    let with = |fold| of(fold).iter().filter(|a| a.text == "The same rain.").count();
    let counts: Vec<usize> = (0..5).map(with).collect();
    assert_eq!(counts.iter().filter(|count| **count > 0).count(), 1, "{counts:?}");
    assert_eq!(counts.iter().sum::<usize>(), 5);
    assert!(parts.parted.folds.iter().all(|fold| fold.copies == 0));
}

#[test]
fn the_later_quarter_is_tested_or_what_comes_after_a_month() {
    let set = forty();
    let split = |until: Option<&str>| Split::Time { until: until.map(str::to_owned) };
    let parted = parts(&set, &split(None), 1).unwrap();
    let (train, test, _) = parted.sets(&set, 0);
    assert_eq!(parted.parted.until.as_deref(), Some("2019-09-01"));
    assert!(train.articles.iter().all(|article| article.date.as_str() <= "2019-09-01"));
    assert!(test.articles.iter().all(|article| article.date.as_str() > "2019-09-01"));
    assert_eq!(test.articles.len(), 9);
    let (_, test, _) = parts(&set, &split(Some("2019-03")), 1).unwrap().sets(&set, 0);
    assert!(test.articles.iter().all(|article| article.date.as_str() >= "2019-04"));
    let error = parts(&set, &split(Some("2020")), 1).err().unwrap();
    assert!(matches!(error, SplitError::OneSided { earlier: 40, later: 0, .. }), "{error}");
    let error = parts(&set, &split(Some("spring")), 1).err().unwrap();
    assert!(matches!(error, SplitError::Until(_)), "{error}");
}

#[test]
fn a_split_by_time_leaves_out_rows_whose_date_can_not_be_read() {
    let dates = ["2019-03-12", "yesterday", "12 May 2019", "", "Tue, 12 Nov 2019 10:00:00 GMT"];
    let articles = dates.into_iter().enumerate();
    let set = set(articles.map(|(at, date)| ("Post", date.to_owned(), format!("Text {at}."))));
    let split = Split::Time { until: Some("2019-06".to_owned()) };
    let parted = parts(&set, &split, 1).unwrap().parted;
    assert_eq!((parted.folds[0].trained, parted.folds[0].tested, parted.left_out), (2, 1, 2));
    assert!(parted.described().contains("2 without a date that can be read"));
}

#[test]
fn what_can_not_be_parted_is_refused_with_what_helps() {
    let set = forty();
    let error = parts(&set, &Split::Outlet, 6).err().unwrap();
    assert!(matches!(error, SplitError::TooFewGroups { groups: 5, folds: 6, .. }), "{error}");
    let error = parts(&set, &Split::Host, 2).err().unwrap();
    assert!(error.to_string().contains("no row has an address"), "{error}");
}
