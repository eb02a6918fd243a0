//! The arguments that say what is read.

use std::path::PathBuf;

use masthead::corpus::{Columns, Encoding, ReadOptions, Shard};
use masthead::model::Model;

use super::{Group, InputFormat};

/// Which articles are read.
#[derive(Debug, Clone, Group)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Files, folders, or - for standard input: CSV, TSV, JSONL or plain text, also .gz and .zst;
    /// Parquet and Arrow
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// What the inputs hold, where their names don't tell (- is read as jsonl)
    #[arg(long, value_name = "FORMAT")]
    pub input_format: Option<InputFormat>,
    /// Column of the text [default: text, content, body, …]
    #[arg(long, value_name = "NAME")]
    pub text_column: Option<String>,
    /// Keys, a . between, under which a JSON object has the text or the list of its paragraphs
    #[arg(long, value_name = "KEYS", conflicts_with = "text_column")]
    pub text_path: Option<String>,
    /// Column of the headline [default: title, headline, …]
    #[arg(long, value_name = "NAME")]
    pub title_column: Option<String>,
    /// Column of the id [default: id, …]
    #[arg(long, value_name = "NAME")]
    pub id_column: Option<String>,
    /// Column of the address, by which repeated lines are counted [default: url, link, domain]
    #[arg(long, value_name = "NAME")]
    pub url_column: Option<String>,
    /// Column of the date [default: date, published, …]
    #[arg(long, value_name = "NAME")]
    pub date_column: Option<String>,
    /// Delimiter of CSV rows: one character, or tab [default: the one of , ; tab | that the first
    /// rows speak for]
    #[arg(long, value_name = "CHAR", value_parser = delimiter)]
    pub delimiter: Option<u8>,
    /// Encoding of rows that are not UTF-8: windows-1252 (which Latin-1 is read as), gbk, …; UTF-16
    /// is recognised [default: such rows are rejected]
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    pub encoding: Option<Encoding>,
    /// Reject rows longer than this many bytes
    #[arg(long, value_name = "BYTES", default_value_t = ReadOptions::default().max_bytes as u32)]
    pub max_bytes: u32,
    /// Take .gz and .zst files that unpack to more than this many times their size (and 64 MiB) for
    /// damaged
    #[arg(long, value_name = "N", default_value_t = ReadOptions::default().max_expansion)]
    pub max_expansion: u64,
    /// Columns that the model was trained with.
    #[arg(skip)]
    pub usual: [Option<String>; 2],
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" => Ok(b'\t'),
        &[byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(byte),
        _ => Err("must be one character, such as ; or |, or tab".to_owned()),
    }
}

fn encoding(name: &str) -> Result<Encoding, String> {
    Encoding::of_name(name)
        .ok_or_else(|| "no such encoding; try utf-8, windows-1252, gbk, shift_jis".to_owned())
}

impl InputArgs {
    /// Without what does not decide the results of each file.
    pub fn settings(&self, shard: Option<Shard>) -> Self {
        let inputs = if shard.is_some() { Vec::new() } else { self.inputs.clone() };
        Self { inputs, ..self.clone() }
    }

    /// The same where the names of columns that a model was trained with are tried first.
    pub fn of_model(&self, model: &Model) -> Self {
        Self { usual: model.columns(), ..self.clone() }
    }

    /// The columns as the reader takes them.
    pub fn columns(&self) -> Columns {
        Columns {
            text: self.text_column.clone(),
            text_path: self.text_path.clone(),
            title: self.title_column.clone(),
            id: self.id_column.clone(),
            url: self.url_column.clone(),
            date: self.date_column.clone(),
            labels: Vec::new(),
            usual: self.usual.clone(),
        }
    }

    /// How rows are read.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions {
            columns: self.columns(),
            max_bytes: self.max_bytes as usize,
            max_expansion: self.max_expansion,
            encoding: self.encoding,
            delimiter: self.delimiter,
        }
    }
}
