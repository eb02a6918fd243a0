//! Unit tests of `src/evaluation/dates.rs`.

use super::*;

#[test]
fn the_usual_forms_of_one_day_are_read_alike() {
    for date in [
        "2019-03-12",
        "2019/3/12 10:15",
        "2019-03-12T23:59:59+02:00",
        "2019年3月12日",
        "20190312",
        "20190312T101500Z",
        "12.03.2019",
        "12-03-2019",
        "12 March 2019",
        "March 12th, 2019 at 10:15",
        "Tue, 12 Mar 2019 10:15:00 GMT",
        "Tue Mar 12 10:15:00 2019",
        "12-Mar-19",
        "1552385700",
        "1552385700.25",
        "1552385700000",
    ] {
        assert_eq!(day(date), Some(vec![2019, 3, 12]), "{date}");
    }
    assert_eq!(day("March 2019"), Some(vec![2019, 3]));
    for date in ["", "NaN", "yesterday", "2019-13-40", "99.99.2019", "12"] {
        assert_eq!(day(date), None, "{date}");
    }
}

#[test]
fn whether_day_or_month_comes_first_is_told_by_the_other_dates() {
    let third = |days: Vec<Option<Day>>| days[0].clone();
    assert_eq!(third(days(&["03/04/2019", "28/04/2019"])), Some(vec![2019, 4, 3]));
    assert_eq!(third(days(&["03/04/2019", "04/28/2019 1:00 PM"])), Some(vec![2019, 3, 4]));
    assert_eq!(third(days(&["03/04/2019"])), None);
}
