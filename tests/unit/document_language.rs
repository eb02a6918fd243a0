//! Unit tests of `src/document/language.rs`.

use super::*;

fn of(text: &str) -> DetectedLanguage {
    let mut body = Tokenized::default();
    body.read(text);
    detect(&body, &Tokenized::default())
}

#[test]
fn english_is_known_by_its_function_words_and_others_by_their_letters() {
    let english = "The council voted on Monday to close the bridge that was built by the river \
        authority, and the mayor said it would not be opened again.";
    assert_eq!(of(english).code, Some("en"));
    let german = "Die Löhne in Ostdeutschland sind im vergangenen Jahr um 2,1 Prozent gestiegen \
        und damit langsamer als im Westen, wie aus einer Antwort hervorgeht.";
    assert_eq!(of(german).code, Some("de"));
    assert!(of(german).probability > 0.9);
    assert_eq!(of("老街最后一家修表铺周日关门，店主沈师傅今年七十一岁。").code, Some("zh"));
    assert_eq!(of("12.30 – 14.45").code, None);
}

#[test]
fn every_language_of_the_detector_but_few_has_a_short_code() {
    let long = Lang::all().iter().filter(|lang| short_code(**lang).len() > 2).count();
    assert_eq!(long, 0, "{:?}", Lang::all().iter().map(|l| short_code(*l)).collect::<Vec<_>>());
}
