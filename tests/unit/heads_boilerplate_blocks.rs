use super::super::LineKind::{Caption, Comments, Contact, Legal, Other};
use super::*;

/// The probabilities after joining, of lines of 30 tokens, all of which would be `own`.
fn joined(own: LineKind, lines: &[(f32, LineKind)]) -> Vec<f32> {
    let verdict = |&(probability, kind)| LineVerdict { probability, kind };
    let mut lines: Vec<LineVerdict> = lines.iter().map(verdict).collect();
    join_blocks(|_| 30, &mut |_| own, &mut lines);
    lines.iter().map(|line| line.probability).collect()
}

#[test]
fn what_readers_say_below_the_content_goes_with_their_names() {
    let all = [(0.1, Other), (0.1, Other), (0.95, Comments), (0.2, Caption), (0.9, Comments)];
    assert!(joined(Caption, &all)[3] > 0.8);
}

#[test]
fn content_between_a_counter_of_comments_and_a_form_for_them_stays() {
    let all = [(0.95, Comments), (0.2, Other), (0.1, Other), (0.95, Comments)];
    assert_eq!(joined(Other, &all), [0.95, 0.2, 0.1, 0.95]);
}

#[test]
fn a_paragraph_between_lines_of_its_own_kind_goes_with_them() {
    let all = [(0.9, Legal), (0.3, Legal), (0.9, Legal), (0.05, Other)];
    assert!(joined(Legal, &all)[1] > 0.75);
    assert_eq!(joined(Caption, &all)[1], 0.3);
}

#[test]
fn a_short_doubtful_line_between_sure_ones_goes_with_them_and_a_long_one_stays() {
    let lines = |own: f32, sides: f32| {
        let verdict = |probability| LineVerdict { probability, kind: Other };
        [sides, own, sides].map(verdict).to_vec()
    };
    let middle = |tokens: usize, mut lines: Vec<LineVerdict>| {
        join_blocks(|_| tokens, &mut |_| Caption, &mut lines);
        lines[1].probability
    };
    assert!(middle(5, lines(0.6, 0.9)) > 0.8);
    assert_eq!(middle(30, lines(0.6, 0.9)), 0.6);
    assert_eq!(middle(5, lines(0.6, 0.7)), 0.6);
    assert_eq!(middle(5, lines(0.3, 0.9)), 0.3);
}

#[test]
fn a_doubtful_address_goes_with_the_end_matter_below_it() {
    let below = |kind: LineKind, below: f32| {
        let verdict = |probability| LineVerdict { probability, kind: Other };
        let mut lines = [0.0, 0.6, below].map(verdict).to_vec();
        join_blocks(|_| 5, &mut |_| kind, &mut lines);
        lines[1].probability
    };
    assert!(below(Contact, 0.95) > 0.9);
    assert_eq!([below(Caption, 0.95), below(Contact, 0.5)], [0.6, 0.6]);
}
