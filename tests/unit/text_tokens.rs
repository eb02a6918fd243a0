//! Unit tests of `src/text/tokens.rs`.

use super::*;

fn words(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    tokenize(text, 0, text.len(), &mut out);
    out.iter().map(|t| &text[t.span.range()]).collect()
}

#[test]
fn words_numbers_and_punctuation_are_told_apart() {
    assert_eq!(
        words("Don’t pay $1,200... ok?"),
        ["Don", "’", "t", "pay", "$", "1", ",", "200", "...", "ok", "?"]
    );
}

#[test]
fn scripts_without_spaces_give_a_token_a_character() {
    assert_eq!(words("東京 news"), ["東", "京", "news"]);
    assert_eq!(words("हिन्दी में"), ["हिन्दी", "में"]);
}

#[test]
fn what_is_not_seen_parts_no_words() {
    let hashes = |text: &str| {
        let mut out = Vec::new();
        tokenize(text, 0, text.len(), &mut out);
        out.iter().map(|token| (token.cased, token.lower)).collect::<Vec<_>>()
    };
    let plain = hashes("Newsletter anmelden");
    for text in [
        "News\u{AD}let\u{AD}ter an\u{AD}mel\u{AD}den",
        "\u{FEFF}News\u{200B}letter\u{200B} \u{200F}anmelden\u{200E}",
        "Newsletter\u{A0}an\u{2060}mel\u{200D}den",
    ] {
        assert_eq!(hashes(text), plain, "{text:?}");
    }
    assert_eq!(words("an\u{AD}mel\u{AD}den\u{AD}."), ["an\u{AD}mel\u{AD}den", "."]);
}

#[test]
fn markup_is_no_words_and_hides_no_full_stop() {
    let html = "<p class=\"lead\">It rained &amp; <b>snowed</b>.</p><br />";
    assert_eq!(words(html), ["It", "rained", "snowed", "."]);
    assert_eq!(words("a <!-- b --> c &#8217; d"), ["a", "c", "d"]);
    assert_eq!(words("[caption id=\"7\"]Rain[/caption]"), ["Rain"]);
    assert_eq!(words("[Rain](https://a.example/b) fell"), ["[", "Rain", "fell"]);
    assert_eq!(words("<script>var a = 1;</script>It"), ["It"]);
    let plain = "1 < 2 <3 AT&T [sic] <user> [1] (a)";
    assert_eq!(words(plain).concat(), plain.replace(' ', ""));
}

#[test]
fn the_lower_hash_ignores_case_in_every_script() {
    let hash = |text: &str| {
        let mut out = Vec::new();
        tokenize(text, 0, text.len(), &mut out);
        (out[0].lower, out[0].cased)
    };
    assert_eq!(hash("ÉCOLE").0, hash("école").0);
    assert_ne!(hash("ÉCOLE").1, hash("école").1);
    assert_eq!(hash("House").0, hash("house").1);
    assert_eq!(hash("1984").0, hash("2024").0);
}

#[test]
fn words_are_lowered_alike_however_long_they_are() {
    let long = "ÄÖÜ".repeat(30);
    for word in ["RAIN", "Árvíz", "ΣΊΣΥΦΟΣ", "İzmir", "ẞ", &"LONG".repeat(30), &long] {
        assert_eq!(lower_hash(word), hash_bytes(word.to_lowercase().as_bytes()), "{word}");
        let letters: String = word.chars().flat_map(char::to_lowercase).collect();
        assert_eq!(lowered(word, str::to_owned), letters);
    }
    assert_eq!(lowered("Ho\u{AD}tel", str::to_owned), "hotel");
}
