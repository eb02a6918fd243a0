//! What a person reads on a terminal: complaints, progress, colours.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

/// Of what matters.
pub const STRONG: Style = Style::new().bold();
/// Of what may be passed over.
pub const FAINT: Style = Style::new().dimmed();
/// Of errors.
pub const WRONG: Style = AnsiColor::Red.on_default().bold();
pub const LABEL: Style = AnsiColor::Cyan.on_default().bold();

/// Says on standard error what went wrong. Colours go to a terminal only, and
/// not where NO_COLOR is set.
pub fn complain(message: &str) {
    let mut out = anstream::stderr();
    // There is no one to tell when standard error is closed.
    let message = plain(message).replace('\n', " ");
    let _ = writeln!(out, "{WRONG}error:{WRONG:#} {message}");
}

/// Says something on standard error.
pub fn say(message: &str) {
    let mut out = anstream::stderr();
    let _ = writeln!(out, "{}", plain(message));
}

/// A text without what a terminal would obey: escape sequences, control
/// characters, and marks that turn the direction of writing around.
pub fn plain(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let obeyed = |c: char| turns(c) || (c.is_control() && !matches!(c, '\n' | '\t'));
    let text = anstream::adapter::strip_str(text).to_string();
    text.chars().filter(|&c| !obeyed(c)).collect()
}

/// A progress bar over `total` bytes (a spinner when not known), on a terminal only.
pub fn progress(total: Option<u64>, quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = match total {
        Some(total) => ProgressBar::new(total),
        None => ProgressBar::new_spinner(),
    };
    let template = match total {
        Some(_) => "{wide_bar} {percent}% {msg} {eta} left",
        None => "{spinner} {msg}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Whether what goes to standard output may have colours.
pub fn colours(to_stdout: bool) -> bool {
    let stdout = std::io::stdout();
    to_stdout && anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never
}

/// The bytes of a text, its colours taken off unless they are wanted.
pub fn dressed(text: String, colours: bool) -> Vec<u8> {
    if colours {
        return text.into_bytes();
    }
    anstream::adapter::strip_str(&text).to_string().into_bytes()
}
