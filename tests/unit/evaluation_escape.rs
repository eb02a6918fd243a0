//! Unit tests of `src/evaluation/escape.rs`.

use super::*;
use askama::filters::Escaper;

fn escaped(text: &str) -> String {
    let mut out = String::new();
    Escaped.write_escaped_str(&mut out, text).unwrap();
    out
}

#[test]
fn nothing_of_a_text_is_markup() {
    assert_eq!(
        escaped("</style><script>alert('\"&')</script>"),
        "&lt;/style&gt;&lt;script&gt;alert(&#39;&quot;&amp;&#39;)&lt;/script&gt;"
    );
    for c in (0..0xFFFF).filter_map(char::from_u32) {
        let shown = escaped(&c.to_string());
        let harmless = |c: char| !c.is_control() && !matches!(c, '<' | '>' | '"' | '\'');
        assert!(!shown.is_empty() && shown.chars().all(harmless), "{c:?}: {shown:?}");
    }
}

#[test]
fn what_is_obeyed_is_named_and_what_is_written_stays() {
    assert_eq!(escaped("a\u{202E}b\u{0}c\u{2067}\n"), "a[U+202E]b[U+0000]c[U+2067] ");
    assert_eq!(escaped("العربية e\u{301} 👩\u{200D}🚀"), "العربية e\u{301} 👩\u{200D}🚀");
}

#[test]
fn a_long_text_is_cut_between_characters_and_an_anchor_is_plain() {
    assert_eq!(shown("é".repeat(SHOWN + 1)), "é".repeat(SHOWN) + "…");
    assert_eq!(anchor("label \"x"), "label-20--22-x");
}
