//! The script that a text is written in, roughly.

/// Characters that are looked at.
const LOOKED_AT: usize = 400;

/// The name of the script that most letters at the beginning of a text belong
/// to, `none` where it has no letter.
///
/// ```
/// use masthead::corpus::script;
/// assert_eq!(script("The bridge opened"), "Latin");
/// assert_eq!(script("Мост открыт"), "Cyrillic");
/// ```
pub fn script(text: &str) -> &'static str {
    const NAMES: [&str; 11] = [
        "Latin",
        "Greek",
        "Cyrillic",
        "Hebrew",
        "Arabic",
        "Devanagari",
        "Thai",
        "Hangul",
        "Kana",
        "Han",
        "other",
    ];
    let mut counts = [0u32; NAMES.len()];
    for c in text.chars().filter(|c| c.is_alphabetic()).take(LOOKED_AT) {
        let place = match c as u32 {
            0..=0x024F | 0x1E00..=0x1EFF => 0,
            0x0370..=0x03FF | 0x1F00..=0x1FFF => 1,
            0x0400..=0x052F => 2,
            0x0590..=0x05FF => 3,
            0x0600..=0x077F | 0x08A0..=0x08FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFF => 4,
            0x0900..=0x097F => 5,
            0x0E00..=0x0E7F => 6,
            0x1100..=0x11FF | 0xAC00..=0xD7AF => 7,
            // Japanese has more Han than kana, but Chinese has no kana.
            0x3040..=0x30FF => 8,
            0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x20000..=0x3FFFF => 9,
            _ => 10,
        };
        counts[place] += if place == 8 { 4 } else { 1 };
    }
    let max = counts.iter().copied().max().unwrap_or(0);
    match counts.iter().position(|&count| count == max) {
        Some(place) if max > 0 => NAMES[place],
        _ => "none",
    }
}
