//! Unit tests of `src/document/mod.rs`.

use super::*;

#[test]
fn windows_line_ends_count_as_one_break() {
    let mut document = Tokenized::default();
    document.read("a\r\nb\r\n\r\nc");
    let breaks: Vec<_> = document.lines.iter().map(|l| l.breaks).collect();
    assert_eq!(breaks, [0, 1, 2]);
}

#[test]
fn marks_that_cover_no_token_leave_the_lines_as_they_are() {
    let mut document = Tokenized::default();
    document.read("\0 One  two \0\nthree");
    let lines = document.lines.clone();
    let spans = [(0, 1), (5, 7), (6, 7), (10, 13)];
    document.mask(&spans.map(|(start, end)| Span { start, end }));
    assert_eq!(document.segments, lines);
    document.mask(&[Span { start: 11, end: 14 }]);
    let marks: Vec<bool> = document.segments.iter().map(|line| line.boilerplate).collect();
    assert_eq!(marks, [false, true]);
}

#[test]
fn blocks_of_html_are_lines_and_a_line_of_tags_is_markup() {
    let mut document = Tokenized::default();
    document.read("<div><p>It <b>rained</b>.</p><p>Share<br>this</p></div>\n<br /><br />\nEnd");
    let lines: Vec<&str> =
        document.lines.iter().map(|line| &document.text[line.span.range()]).collect();
    assert_eq!(
        lines,
        ["<p>It <b>rained</b>.</p>", "<p>Share<br>", "this</p>", "<br /><br />", "End"]
    );
    let markup: Vec<bool> = (0..5).map(|at| document.is_outside(at)).collect();
    assert_eq!(markup, [false, false, false, true, false]);
}

#[test]
fn a_blank_text_has_no_lines() {
    let mut document = Tokenized::default();
    document.read(" \n\t\n\u{200B}\n");
    assert!(document.lines.is_empty() && document.tokens.is_empty());
}
