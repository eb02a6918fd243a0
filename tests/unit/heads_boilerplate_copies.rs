use super::{SURE, join_copies};

fn joined(keys: &[u64], page: f32, mut probabilities: Vec<f32>) -> Vec<f32> {
    join_copies(|at| keys[at], page, &mut probabilities);
    probabilities
}

#[test]
fn a_doubtful_line_is_what_its_copies_surely_are() {
    assert_eq!(joined(&[1, 2, 1], 0.0, vec![0.6, 0.6, 0.98]), [SURE, 0.6, 0.98]);
}

#[test]
fn copies_say_the_less_the_more_the_text_is_a_page() {
    let raised = [0.0, 0.3, 0.6, 1.0].map(|page| joined(&[1, 1], page, vec![0.6, 0.98])[0]);
    assert!(raised.is_sorted_by(|a, b| a > b), "{raised:?}");
    assert_eq!(raised[3], 0.6);
}

#[test]
fn what_surely_is_content_stays_and_doubtful_copies_say_nothing() {
    assert_eq!(joined(&[1, 1], 0.0, vec![0.05, 0.99]), [0.05, 0.99]);
    assert_eq!(joined(&[1, 1], 0.0, vec![0.6, 0.9]), [0.6, 0.9]);
}
