//! Which flag mends what the library complains of.

use masthead::corpus::{CorpusError, Reject, Remedy, ShardError};

fn flag(remedy: Remedy) -> String {
    let flag = match remedy {
        Remedy::InputFormat => "--input-format csv, jsonl, wet, parquet, arrow or text",
        Remedy::Delimiter => "--delimiter",
        Remedy::Encoding => "--encoding NAME, windows-1252 for what is called Latin-1",
        Remedy::MaxBytes => "--max-bytes",
        Remedy::MaxExpansion => "--max-expansion",
        Remedy::TextPath => "--text-path such as body.paragraphs; --text-column for another key",
        Remedy::Column(of) => return format!("--{of}-column NAME"),
        Remedy::JsonOutput => "--format jsonl",
        Remedy::Output => "-o FILE",
        Remedy::Anew => "without --resume",
        _ => "see --help",
    };
    flag.to_owned()
}

fn hinted(mut message: String, remedy: Option<Remedy>) -> String {
    if let Some(remedy) = remedy {
        message.push_str(&format!(" ({})", flag(remedy)));
    }
    message
}

/// A complaint about a file with the flag that helps.
pub fn of_error(error: &CorpusError) -> String {
    hinted(error.to_string(), error.remedy())
}

/// The same about a row.
pub fn of_reject(reject: &Reject) -> String {
    hinted(reject.to_string(), reject.remedy)
}

/// The reason alone of a rejected row.
pub fn of_reason(reject: &Reject) -> String {
    hinted(reject.reason.clone(), reject.remedy)
}

/// A complaint about shards.
pub fn of_shards(error: &ShardError) -> String {
    match error {
        ShardError::Corpus(error) => of_error(error),
        ShardError::OneFolder(_) => format!("{error} (-o, --rejects, --statistics)"),
        _ => format!("--shard: {error}"),
    }
}
