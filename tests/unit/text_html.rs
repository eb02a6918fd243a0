use super::*;

const PAGE: &str = r#"<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Ferry &amp; bridge close | Tarn Post</title>
<link rel="canonical" href="https://tarnpost.example/ferry">
<meta property="og:site_name" content="Tarn Post">
<style>p { color: red }</style><script>if (a<b) { document.write("<p>no</p>") }</script></head>
<body><nav><ul><li><a href="/">Home</a><li><a href="/sport">Sport</a></ul></nav>
<article><h1>Ferry &amp; bridge close</h1>
<p>The <b>ferry</b> over the Tarn stays
in harbour<br>until May.</p>
<blockquote><p>“Nobody asked us.”</p><footer>— Ada Holm</footer></blockquote>
<table><tr><td>Cars</td><td>£4</td></tr></table>
<pre>10 a.m.
  noon</pre>
<p><a href="/more">More on ferries</a></p></article>
<svg><title>Icon</title></svg><noscript>Switch scripts on</noscript>
<footer>© Tarn Post</footer></body></html>"#;

fn lines(text: &str) -> Vec<(String, Setting)> {
    let shown = |line: &HtmlLine| {
        let pieces = line.pieces.iter().map(|piece| &text[piece.range()]);
        pieces.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    read_html(text).0.iter().map(|line| (shown(line), line.setting)).collect()
}

#[test]
fn blocks_are_lines_and_say_where_they_stand() {
    use Setting::{Link, Outside, Text};
    let found = lines(PAGE);
    let found: Vec<(&str, Setting)> = found.iter().map(|(l, s)| (l.as_str(), *s)).collect();
    let wanted = [
        ("Home", Outside),
        ("Sport", Outside),
        ("Ferry &amp; bridge close", Text),
        ("The ferry over the Tarn stays in harbour", Text),
        ("until May.", Text),
        ("“Nobody asked us.”", Text),
        ("— Ada Holm", Text),
        ("Cars£4", Text),
        ("10 a.m.", Text),
        ("noon", Text),
        ("More on ferries", Link),
        ("© Tarn Post", Outside),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn the_head_gives_title_address_and_site() {
    let head = read_html(PAGE).1;
    assert_eq!(head.title, "Ferry & bridge close");
    assert_eq!(head.address, "https://tarnpost.example/ferry");
    assert_eq!(head.site, "Tarn Post");
}

#[test]
fn plain_text_has_no_tags_and_lacks_what_is_cut() {
    let at = PAGE.find("— Ada").unwrap() as u32;
    let cut = [Span { start: at, end: at + "— Ada Holm".len() as u32 }];
    let text = plain(PAGE, &cut);
    assert!(text.contains("Ferry & bridge close\nThe ferry over the Tarn stays in harbour\nuntil"));
    assert!(text.contains("“Nobody asked us.”\nCars £4\n10 a.m.\n  noon\nMore"), "{text}");
    assert!(!text.contains("Ada") && !text.contains("scripts"));
}

#[test]
fn only_whole_documents_are_taken_for_html() {
    assert!(is_html("\u{feff}\r\n<!-- saved --><HTML lang=de><body>x"));
    assert!(is_html("<?xml version=\"1.0\"?>\n<!doctype HTML><p>x"));
    assert!(!is_html("<p>A feed's body</p>"));
    assert!(!is_html("<html> is the tag that a page begins with."));
    assert!(!is_html("The page begins with <!doctype html> and has a <body>."));
}

#[test]
fn elements_that_are_never_closed_do_not_swallow_the_page() {
    let page = "<html><head><title>T</title><p>One.</p><nav>Menu<main><p>Two.</p></main>";
    let found: Vec<String> = lines(page).into_iter().map(|(line, _)| line).collect();
    assert_eq!(found, ["One.", "Menu", "Two."]);
    assert_eq!(lines(page)[2].1, Setting::Text);
    assert_eq!(lines("<body><nav><p>All there is.</p>")[0].1, Setting::Text);
}
