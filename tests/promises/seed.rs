//! The article that the project began with must come out right.

use std::io::Write;
use std::path::Path;

use masthead::corpus::Article;

use super::common::CLASSIFIER;

#[test]
fn the_first_article_loses_its_five_boilerplate_and_no_sentence() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/seeds");
    let Ok(entries) = std::fs::read_dir(folder) else {
        // Not by println!, which the test harness keeps to itself.
        let _ = writeln!(std::io::stderr(), "SKIPPED: ../shared/seeds is not there");
        return;
    };
    for entry in entries {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let verdict = CLASSIFIER.classify_article(&Article::new("", &text));
        let mut left = text.clone().into_bytes();
        for span in &verdict.boilerplate {
            left[span.start as usize..span.end as usize].fill(b' ');
        }
        let left = String::from_utf8(left).unwrap();
        for gone in
            ["(Getty Images)", "can also be accessed", "www.presstv.ir", "SHARE THIS", "News Roku"]
        {
            assert!(text.contains(gone) && !left.contains(gone), "stayed: {gone}");
        }
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        for line in lines.iter().take(lines.len() - 4).skip(2) {
            assert!(left.contains(line.trim()), "lost: {line}");
        }
        let outlet = verdict.outlet.unwrap();
        assert_eq!(outlet.label, "Press TV");
        assert_eq!(outlet.country_name.as_deref(), Some("Iran"));
        assert_eq!(outlet.ownership.as_deref(), Some("state-controlled"));
        assert!(verdict.frames["generic"].labels.contains(&"conflict".to_owned()));
        let policy = &verdict.frames["policy"].labels;
        for frame in ["political", "security_and_defense", "external_regulation_and_reputation"] {
            assert!(policy.contains(&frame.to_owned()), "{frame}: {policy:?}");
        }
    }
}
