use super::{SURE, join_copies};

fn joined(keys: &[u64], mut probabilities: Vec<f32>) -> Vec<f32> {
    join_copies(|at| keys[at], &mut probabilities);
    probabilities
}

#[test]
fn a_doubtful_line_is_what_its_copies_surely_are() {
    assert_eq!(joined(&[1, 2, 1], vec![0.6, 0.6, 0.98]), [SURE, 0.6, 0.98]);
}

#[test]
fn what_surely_is_content_stays_and_doubtful_copies_say_nothing() {
    assert_eq!(joined(&[1, 1], vec![0.05, 0.99]), [0.05, 0.99]);
    assert_eq!(joined(&[1, 1], vec![0.6, 0.9]), [0.6, 0.9]);
}
