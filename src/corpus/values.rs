//! JSON values one by one, in bounded memory: one a line, one after another, in an array, or in
//! an array within an object.

use std::io::{self, BufRead, Read};

use super::json::string;

/// How a file of JSON is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// One object a line.
    Lines,
    /// Objects of several lines, or in an array.
    Values,
    /// In an array that begins at this byte, within so many objects.
    Within(usize, usize),
}

/// Keys of the array that a service or a tool wraps articles in.
const WRAPPERS: &str = "data rows articles items results documents docs records entries news posts \
                        response hits result";

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == 0x1E).count()
}

/// The length of the value that begins the bytes, `None` where it does not end in them.
fn value(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'"' => at += string(&bytes[at..])? - 1,
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return Some(at),
            b'}' | b']' => depth -= 1,
            b',' if depth == 0 => return Some(at),
            _ => {}
        }
        at += 1;
        if depth == 0 && matches!(bytes[at - 1], b'}' | b']' | b'"') {
            return Some(at);
        }
    }
}

/// The keys of an object that may be cut off, and where their values begin.
fn keys(bytes: &[u8], mut at: usize) -> Vec<(&str, usize)> {
    let mut out = Vec::new();
    let mut next = || {
        at += 1;
        at += blanks(bytes.get(at..)?);
        if bytes.get(at) != Some(&b'"') {
            return None;
        }
        let end = at + string(&bytes[at..])?;
        let key = std::str::from_utf8(&bytes[at + 1..end - 1]).unwrap_or("");
        at = end + blanks(bytes.get(end..)?) + 1;
        at += blanks(bytes.get(at..)?);
        out.push((key, at));
        at += value(bytes.get(at..)?)?;
        at += blanks(bytes.get(at..)?);
        (bytes.get(at) == Some(&b',')).then_some(())
    };
    while next().is_some() {}
    out
}

/// Tells the layout of a file from its beginning; `has_text` says whether an object of these
/// keys has a text.
fn layout(sample: &[u8], has_text: impl Fn(&[&str]) -> bool) -> Layout {
    let begin = blanks(sample);
    let after = |at: usize| {
        let at = at + 1;
        at + blanks(sample.get(at..).unwrap_or_default())
    };
    let begins = |at: usize| sample.get(at).copied();
    match begins(begin) {
        Some(b'[') if matches!(begins(after(begin)), Some(b'{' | b']') | None) => {
            return Layout::Values;
        }
        Some(b'{') => {}
        _ => return Layout::Lines,
    }
    let outer = keys(sample, begin);
    if !has_text(&outer.iter().map(|(key, _)| *key).collect::<Vec<_>>()) {
        let array = |keys: &[(&str, usize)]| {
            let wraps = |key: &str| WRAPPERS.split(' ').any(|name| name.eq_ignore_ascii_case(key));
            let all = keys.iter().filter(|(key, _)| wraps(key)).map(|(_, at)| *at);
            let mut all = all.filter(|&at| begins(at) == Some(b'['));
            all.find(|&at| begins(after(at)) == Some(b'{'))
        };
        if let Some(at) = array(&outer) {
            return Layout::Within(at, 1);
        }
        let inner = outer.iter().filter(|(_, at)| begins(*at) == Some(b'{'));
        if let Some(at) = inner.filter_map(|(_, at)| array(&keys(sample, *at))).next() {
            return Layout::Within(at, 2);
        }
    }
    let line = memchr::memchr(b'\n', &sample[begin..]).map_or(sample.len(), |end| begin + end);
    let more = |from: usize| begins(from + blanks(&sample[from..]));
    match value(&sample[begin..line]).map(|length| begin + length) {
        // The first object breaks off with its line, and the next line goes on with it.
        None if matches!(more(line), Some(b'"' | b'}' | b']')) => Layout::Values,
        // More follows on the line.
        Some(end) if end < line && matches!(more(end), Some(b',' | b'{')) => Layout::Values,
        _ => Layout::Lines,
    }
}

/// What was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// An object, or a line of whatever sort, which begins on this line.
    Object(u64),
    /// Something else.
    Other(u64),
    /// A value of more bytes than may be.
    TooLong(u64),
    /// The file ends within a value.
    CutShort(u64),
    /// No more.
    End,
}

/// Reads one value after another.
pub(super) struct Values {
    stream: Box<dyn BufRead + Send>,
    /// Objects around the array.
    outer: usize,
    in_array: bool,
    by_line: bool,
    line: u64,
}

impl Values {
    /// Reads from a stream that begins so; `has_text` says whether an object of these keys has a
    /// text.
    pub fn new(
        mut stream: Box<dyn BufRead + Send>,
        has_text: impl Fn(&[&str]) -> bool,
    ) -> io::Result<Self> {
        let sample = stream.fill_buf()?;
        let layout = layout(sample, has_text);
        let (outer, skip) = match layout {
            Layout::Within(at, outer) => (outer, at),
            _ => (0, 0),
        };
        let line = 1 + memchr::memchr_iter(b'\n', &sample[..skip]).count() as u64;
        stream.consume(skip);
        Ok(Self { stream, outer, in_array: false, by_line: layout == Layout::Lines, line })
    }

    /// Whether a row is a line.
    pub(crate) fn by_line(&self) -> bool {
        self.by_line
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.stream.fill_buf()?.first().copied())
    }

    fn pass(&mut self, byte: u8) {
        self.line += u64::from(byte == b'\n');
        self.stream.consume(1);
    }

    /// Puts the next value in `out`, of one that is not a line without the white space that
    /// lays it out.
    pub fn read(&mut self, out: &mut Vec<u8>, max: usize) -> io::Result<Value> {
        out.clear();
        if self.by_line {
            return self.read_line(out, max);
        }
        loop {
            let Some(byte) = self.peek()? else { return Ok(Value::End) };
            match byte {
                b'[' if !self.in_array => self.in_array = true,
                b']' if self.in_array => {
                    self.in_array = false;
                    self.pass(byte);
                    let outer = std::mem::take(&mut self.outer);
                    if outer > 0 {
                        self.value(outer, &mut Vec::new(), 0)?;
                    }
                    continue;
                }
                b',' | 0x1E | 0xEF | 0xBB | 0xBF => {}
                byte if byte.is_ascii_whitespace() => {}
                _ => break,
            }
            self.pass(byte);
        }
        let line = self.line;
        let whole = self.value(0, out, max)?;
        Ok(match out.first() {
            _ if out.len() > max => Value::TooLong(line),
            _ if !whole => Value::CutShort(line),
            Some(b'{') => Value::Object(line),
            _ => Value::Other(line),
        })
    }

    fn read_line(&mut self, out: &mut Vec<u8>, max: usize) -> io::Result<Value> {
        let line = self.line;
        self.line += 1;
        let read = self.stream.by_ref().take(max as u64 + 1).read_until(b'\n', out)?;
        if read == 0 {
            return Ok(Value::End);
        }
        if out.last() == Some(&b'\n') || read <= max {
            return Ok(Value::Object(line));
        }
        loop {
            let chunk = self.stream.fill_buf()?;
            let end = memchr::memchr(b'\n', chunk);
            let used = end.map_or(chunk.len(), |end| end + 1);
            self.stream.consume(used);
            if end.is_some() || used == 0 {
                return Ok(Value::TooLong(line));
            }
        }
    }

    /// Reads to the end of a value in so many brackets; whether it ends. A little more than `max`
    /// bytes of it are kept.
    fn value(&mut self, mut depth: usize, out: &mut Vec<u8>, max: usize) -> io::Result<bool> {
        let (mut quoted, mut escaped) = (false, false);
        let inside = depth > 0;
        loop {
            let chunk = self.stream.fill_buf()?;
            if chunk.is_empty() {
                return Ok(depth == 0 && !quoted);
            }
            let (mut used, mut ended) = (0, false);
            for &byte in chunk {
                if !quoted && depth == 0 && !out.is_empty() && matches!(byte, b',' | b']' | b'\n') {
                    ended = true;
                    break;
                }
                used += 1;
                self.line += u64::from(byte == b'\n');
                let laid_out = !quoted && byte.is_ascii_whitespace();
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if quoted => escaped = true,
                    b'"' => quoted = !quoted,
                    b'{' | b'[' if !quoted => depth += 1,
                    b'}' | b']' if !quoted => {
                        depth = depth.saturating_sub(1);
                        ended = depth == 0;
                    }
                    _ => {}
                }
                if !laid_out && !inside && out.len() <= max {
                    out.push(byte);
                }
                if ended {
                    break;
                }
            }
            self.stream.consume(used);
            if ended {
                return Ok(true);
            }
        }
    }
}
