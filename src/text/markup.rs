//! Markup that a scraper left in a text: tags, entities, shortcodes, and the addresses
//! of Markdown links. It is no words, and hides no full stop.

/// Elements that begin a line of their own.
const BLOCKS: &str = "\
    address article aside blockquote body br center dd div dl dt figcaption figure footer form \
    h1 h2 h3 h4 h5 h6 head header hr html li main nav ol p pre section table title tr ul";
/// Other elements.
const INLINES: &str = "\
    a abbr audio b button canvas cite code del em embed font i iframe img input ins label link \
    mark meta noscript object option param path picture q s script select small source span \
    strike strong style sub sup svg tbody td template textarea th time u";
/// Shortcodes without attributes; a bracket with attributes is one by itself.
const SHORTCODES: &str = "\
    ad audio caption embed gallery playlist quote related sharethis toc tweet twitter video \
    youtube";
/// Longest tag, shortcode or address in bytes, and longest comment or script: what
/// opens and never closes must not be looked for again and again.
const LONGEST: usize = 2000;
const LONGEST_SCRIPT: usize = 20_000;

/// Where the markup that begins at `at` ends, if any does before `end`.
pub(super) fn markup_end(text: &str, at: usize, end: usize) -> Option<usize> {
    let rest = &text[at..end];
    let length = match rest.as_bytes().first()? {
        b'<' => tag(rest).map(|tag| tag.length),
        b'&' => entity(rest),
        b'[' => shortcode(rest),
        b']' => address(rest),
        _ => None,
    };
    length.map(|length| at + length)
}

/// Where within `text[from..to]` an element begins or ends that stands on lines of its
/// own: a line goes from its opening tag to its closing one.
pub(crate) fn block_edges(text: &str, from: usize, to: usize) -> Vec<usize> {
    let mut edges = Vec::new();
    let mut at = from;
    while let Some(found) = memchr::memchr(b'<', &text.as_bytes()[at..to]) {
        let start = at + found;
        let Some(tag) = tag(&text[start..to]) else {
            at = start + 1;
            continue;
        };
        at = start + tag.length;
        if tag.block {
            edges.push(if tag.opens { start } else { at });
        }
    }
    edges
}

/// Whether an element begins a line of its own.
pub(super) fn is_block(name: &str) -> bool {
    is_among(BLOCKS, name)
}

fn is_among(names: &str, name: &str) -> bool {
    names.split(' ').any(|known| name.eq_ignore_ascii_case(known))
}

struct Tag {
    length: usize,
    block: bool,
    opens: bool,
}

/// The first bytes of a text.
fn head(text: &str, longest: usize) -> &str {
    &text[..text.floor_char_boundary(longest)]
}

/// The run of letters, digits and `_` or `-` that begins here.
fn name(text: &str) -> &str {
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-';
    &text[..text.find(ends).unwrap_or(text.len())]
}

fn tag(text: &str) -> Option<Tag> {
    if text.starts_with("<!--") {
        return Some(Tag {
            length: head(text, LONGEST_SCRIPT).find("-->")? + 3,
            block: false,
            opens: false,
        });
    }
    let closing = text.starts_with("</");
    let own = &text[1 + usize::from(closing)..];
    let name = name(own);
    let block = is_block(name);
    if !block && !is_among(INLINES, name) {
        return None;
    }
    if !own[name.len()..].starts_with(|c: char| c == '>' || c == '/' || c.is_whitespace()) {
        return None;
    }
    let close = head(&text[1..], LONGEST).find(['<', '>'])? + 1;
    if text.as_bytes()[close] != b'>' {
        return None;
    }
    let mut length = close + 1;
    // What a script says is no text.
    if !closing && ["script", "style"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
        let body = head(text, LONGEST_SCRIPT);
        let ends = ["</script>", "</style>"].iter().filter_map(|end| body.find(end));
        length = ends.min().unwrap_or(length);
    }
    let alone = ["br", "hr"].iter().any(|known| name.eq_ignore_ascii_case(known));
    Some(Tag { length, block, opens: !closing && !alone })
}

/// The length of `&nbsp;`, `&#8217;` and their like.
fn entity(text: &str) -> Option<usize> {
    let own = &text.as_bytes()[1..];
    let close = own.iter().take(10).position(|&byte| byte == b';')?;
    let sound = match &own[..close] {
        [b'#', b'x' | b'X', hex @ ..] => !hex.is_empty() && hex.iter().all(u8::is_ascii_hexdigit),
        [b'#', digits @ ..] => !digits.is_empty() && digits.iter().all(u8::is_ascii_digit),
        name => name.len() > 1 && name.iter().all(u8::is_ascii_alphanumeric),
    };
    sound.then_some(close + 2)
}

/// The length of `[caption id="7"]`, `[/caption]` and their like.
fn shortcode(text: &str) -> Option<usize> {
    let own = text[1..].strip_prefix('/').unwrap_or(&text[1..]);
    let name = name(own);
    let close = head(&text[1..], LONGEST).find(['[', ']'])? + 1;
    if name.is_empty() || text.as_bytes()[close] != b']' {
        return None;
    }
    let attributes = own[name.len()..].starts_with(' ') && text[..close].contains("=\"");
    let known =
        SHORTCODES.split(' ').any(|known| known == name) && own[name.len()..].starts_with(']');
    let builder = name.starts_with("vc_") || name.starts_with("et_pb_");
    (attributes || known || builder).then_some(close + 1)
}

/// The length of the end of a Markdown link, `](https://…)`.
fn address(text: &str) -> Option<usize> {
    let own = text.strip_prefix("](")?;
    let begins = ["http", "/", "#", "mailto:", "www."].iter().any(|how| own.starts_with(how));
    let close = head(own, LONGEST).find(')')?;
    (begins && !own[..close].contains('(')).then_some(close + 3)
}
