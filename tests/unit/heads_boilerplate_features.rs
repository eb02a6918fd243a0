use super::*;

fn lead_of(line: &str) -> Option<u64> {
    let mut document = Tokenized::default();
    document.read(line);
    lead(&document.text, document.line_tokens(0))
}

#[test]
fn a_pointer_has_the_same_lead_whatever_it_points_to() {
    let first = lead_of("Read also: Ferry cancelled for a third day");
    assert!(first.is_some());
    assert_eq!(first, lead_of("READ ALSO - Why bees like old roofs"));
    assert_ne!(first, lead_of("Read more: Ferry cancelled for a third day"));
}

#[test]
fn a_line_without_a_mark_near_its_beginning_has_no_lead() {
    assert_eq!(lead_of("The mayor said on Monday that he would not stay: he is tired"), None);
    assert_eq!(lead_of("Councillors listed three conditions:"), None);
    assert_eq!(lead_of("- one more thing"), None);
}
