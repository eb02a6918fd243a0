use super::*;

fn found(text: &str) -> Vec<String> {
    let mut document = Tokenized::default();
    document.read(text);
    links(&document, 0).iter().map(|found| text[found.span.range()].to_owned()).collect()
}

#[test]
fn links_behind_a_name_end_with_more() {
    let text = "The mayor, Ada HolmAda Lou HolmFerry stays in harbour McTarn to run again MORE \
                (Lib.), told Sen. Rud OakRud Tam OakWho pays for the bridge MORE to wait.";
    let wanted = [
        "Ada Lou HolmFerry stays in harbour McTarn to run again MORE",
        "Rud Tam OakWho pays for the bridge MORE",
    ];
    assert_eq!(found(text), wanted);
}

#[test]
fn more_alone_is_a_word() {
    assert!(found("YouTube and McTarn want MORE of it, said YouTube.").is_empty());
    assert!(found("MORE").is_empty());
}
