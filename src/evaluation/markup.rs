//! HTML that no data can break out of.
//!
//! What a page is made of is written in four ways: literals of the program as
//! they are, numbers in the gaps of literals, anchors of letters and digits alone,
//! and everything else through [`escaped`]. There is no fifth way, so that a label
//! or a headline can't become markup by an oversight.

/// Most characters of a text of the data that are shown.
const SHOWN: usize = 200;

/// A text as it may stand between tags and in quoted attributes: no markup,
/// and nothing that turns the direction of writing around, hides what follows,
/// or is obeyed by a terminal that prints the page. Such characters are named,
/// so that a reader sees that they were there.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\r' | '\t' => out.push(' '),
            c if is_obeyed(c) => out.push_str(&format!("[U+{:04X}]", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// Whether a character does something instead of showing something: control
/// characters, signatures of direction, breaks of lines and paragraphs, the
/// byte-order mark, annotations.
fn is_obeyed(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{061C}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2066}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
        )
}

/// A page, or a part of one, as it grows.
#[derive(Debug, Default)]
pub(super) struct Markup {
    html: String,
    ids: u32,
}

/// A cell of a table.
#[derive(Debug, Clone)]
pub(super) enum Cell<'a> {
    /// Words of the program.
    Words(&'a str),
    /// A figure, set flush right.
    Figure(String),
    /// A text of the data.
    Data(&'a str),
}

impl Markup {
    /// Adds a literal.
    pub fn tag(&mut self, literal: &'static str) {
        self.html.push_str(literal);
    }

    /// Adds a literal with a number in each of its gaps `{}`.
    pub fn numbers(&mut self, literal: &'static str, numbers: &[f64]) {
        let mut numbers = numbers.iter();
        let mut rest = literal;
        while let Some((before, after)) = rest.split_once("{}") {
            self.html.push_str(before);
            // A tenth of a unit is finer than a screen shows.
            let number = format!("{:.1}", numbers.next().copied().unwrap_or(0.0));
            self.html.push_str(number.strip_suffix(".0").unwrap_or(&number));
            rest = after;
        }
        self.html.push_str(rest);
    }

    /// Adds words of the program.
    pub fn words(&mut self, text: &str) {
        self.html.push_str(&escaped(text));
    }

    /// Adds what a section is jumped to by: letters and digits of ASCII and `_` of
    /// its key as they are, other characters by their code points.
    pub fn anchor(&mut self, key: &str) {
        for c in key.chars() {
            match c {
                c if c.is_ascii_alphanumeric() || c == '_' => self.html.push(c),
                c => self.html.push_str(&format!("-{:x}-", u32::from(c))),
            }
        }
    }

    /// Adds a text of the data, cut short, and set apart so that writing from
    /// right to left does not turn what stands beside it.
    pub fn data(&mut self, text: &str) {
        if text.trim().is_empty() {
            return self.tag("<i>(empty)</i>");
        }
        self.tag("<bdi>");
        let mut characters = text.chars();
        let shown: String = characters.by_ref().take(SHOWN).collect();
        self.html.push_str(&escaped(&shown));
        if characters.next().is_some() {
            self.html.push('…');
        }
        self.tag("</bdi>");
    }

    /// A number that no other element of the page has.
    pub fn id(&mut self) -> f64 {
        self.ids += 1;
        f64::from(self.ids)
    }

    /// Begins a table in a box of its own, which scrolls when the table is wider
    /// than the page, by keys too.
    pub fn begin_table(&mut self, caption: &str) {
        let id = self.id();
        self.numbers(
            "<div class=\"box\" role=\"region\" tabindex=\"0\" aria-labelledby=\"c{}\">\n<table>\n\
             <caption id=\"c{}\"><span>",
            &[id, id],
        );
        self.words(caption);
        self.tag("</span></caption>\n");
    }

    /// Adds the heads of the columns.
    pub fn heads(&mut self, heads: &[Cell]) {
        self.tag("<thead><tr>");
        for head in heads {
            match head {
                Cell::Figure(_) => self.tag("<th scope=\"col\" class=\"n\">"),
                _ => self.tag("<th scope=\"col\">"),
            }
            self.cell(head);
            self.tag("</th>");
        }
        self.tag("</tr></thead>\n<tbody>\n");
    }

    /// Adds a row: its head and its other cells.
    pub fn row(&mut self, head: &Cell, cells: &[Cell]) {
        self.tag("<tr><th scope=\"row\">");
        self.cell(head);
        self.tag("</th>");
        for cell in cells {
            match cell {
                Cell::Figure(_) => self.tag("<td class=\"n\">"),
                _ => self.tag("<td>"),
            }
            self.cell(cell);
            self.tag("</td>");
        }
        self.tag("</tr>\n");
    }

    /// Adds what a cell holds.
    pub fn cell(&mut self, cell: &Cell) {
        match cell {
            Cell::Words(text) => self.words(text),
            Cell::Figure(text) => self.words(text),
            Cell::Data(text) => self.data(text),
        }
    }

    /// Ends a table.
    pub fn end_table(&mut self) {
        self.tag("</tbody>\n</table>\n</div>\n");
    }

    /// What was written.
    pub fn into_html(self) -> String {
        self.html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn a_long_text_is_cut_between_characters_and_an_empty_one_says_so() {
        let mut page = Markup::default();
        page.data(&"<".repeat(SHOWN + 1));
        page.data(" ");
        let expected = format!("<bdi>{}…</bdi><i>(empty)</i>", "&lt;".repeat(SHOWN));
        assert_eq!(page.into_html(), expected);
    }

    #[test]
    fn gaps_are_filled_in_turn() {
        let mut page = Markup::default();
        page.numbers("<rect x=\"{}\" y=\"{}\"/>", &[1.0, 2.25]);
        assert_eq!(page.into_html(), "<rect x=\"1\" y=\"2.2\"/>");
    }
}
