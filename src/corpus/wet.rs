//! WET records: the texts of a web crawl's pages, each with its address and date.

use std::io::{self, BufRead, Read};

/// What was read.
pub(super) enum Found {
    /// A page's text, as a JSON object with its id, address, date and languages.
    Text(String),
    /// A record that is none of use, with the reason.
    Reject(String),
    /// A record of more bytes than may be.
    TooLong,
    /// No more.
    End,
}

/// Whether a file that begins so holds such records.
pub(super) fn is_wet(first: &[u8]) -> bool {
    first.starts_with(b"WARC/1.") || first.starts_with(b"WARC/0.")
}

/// Reads one record after another; what only describes others is passed over.
pub(super) struct WetRecords(pub Box<dyn BufRead + Send>);

/// Most bytes of a line of a record's head.
const HEAD_LINE: u64 = 1 << 16;

impl WetRecords {
    fn head_line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        let read = self.0.by_ref().take(HEAD_LINE).read_until(b'\n', &mut line)?;
        Ok((read > 0).then(|| String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    fn head(&mut self) -> io::Result<Option<Vec<(String, String)>>> {
        loop {
            match self.head_line()? {
                None => return Ok(None),
                Some(line) if is_wet(line.as_bytes()) => break,
                Some(_) => {}
            }
        }
        let mut head = Vec::new();
        while let Some(line) = self.head_line()?.filter(|line| !line.is_empty()) {
            if let Some((name, value)) = line.split_once(':') {
                head.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Ok(Some(head))
    }

    /// Reads the next record of a page, of at most `max` bytes; `text` says what bytes are.
    pub fn read(
        &mut self, max: usize, text: impl Fn(&[u8]) -> Result<String, String>,
    ) -> io::Result<Found> {
        loop {
            let Some(head) = self.head()? else { return Ok(Found::End) };
            let value = |name: &str| {
                let found = head.iter().find(|(known, _)| known == name);
                found.map_or("", |(_, value)| value.as_str())
            };
            let Ok(length) = value("content-length").parse::<u64>() else {
                return Ok(Found::Reject("the record does not say how long it is".to_owned()));
            };
            let mut body = self.0.by_ref().take(length);
            let is_page = match value("warc-type") {
                "conversion" => true,
                "resource" => value("content-type").starts_with("text/plain"),
                _ => false,
            };
            if !is_page || length > max as u64 {
                io::copy(&mut body, &mut io::sink())?;
                match value("warc-type") {
                    _ if is_page => return Ok(Found::TooLong),
                    "response" | "resource" => {
                        let reason = "holds a page as it came, not its text; take the WET file of \
                                      the crawl, or extract the texts first";
                        return Ok(Found::Reject(reason.to_owned()));
                    }
                    _ => continue,
                }
            }
            let mut bytes = Vec::new();
            body.read_to_end(&mut bytes)?;
            if (bytes.len() as u64) < length {
                return Ok(Found::Reject("the file ends within the record".to_owned()));
            }
            return Ok(match text(&bytes) {
                Err(reason) => Found::Reject(reason),
                Ok(text) => Found::Text(
                    serde_json::json!({
                        "id": value("warc-record-id").trim_matches(['<', '>']),
                        "url": value("warc-target-uri").trim_matches(['<', '>']),
                        "date": value("warc-date"),
                        "language": value("warc-identified-content-language"),
                        "text": text.trim_end_matches(['\r', '\n']),
                    })
                    .to_string(),
                ),
            });
        }
    }
}
