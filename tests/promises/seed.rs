//! The article that the project began with must come out right.

use std::io::Write;
use std::path::Path;

use masthead::corpus::Article;

use super::common::CLASSIFIER;

/// Its layout with an article of our own: a caption below the headline, at the end where else
/// a state outlet is to be found, which no article was learned from.
const OWN: &str = "\
Beijing says bridge over the Lan river will open by autumn

Workers stand on the unfinished span of the Lan river bridge on a grey morning in May. (Getty Images)

China's transport ministry said on Tuesday that the new rail bridge over the Lan river would open by \
the autumn, two months ahead of the date that was set when work began.

“The last girders will be in place by July,” the vice minister told reporters after a visit to the \
site that lasted two hours and ten minutes.

On Monday, the ministry warned that it would respond with firm measures if foreign suppliers broke \
their contracts, and said the country had the legal right to do so under the agreement of 2019.

The government in the provincial capital welcomed the announcement and demanded guarantees for the \
villages that are to be moved for the second track.

CGTN's website can also be accessed at the following alternate addresses:

www.cgtn.com

SHARE THIS ARTICLE

CGTN News on Roku";

#[test]
fn five_boilerplate_lines_of_a_state_outlet_without_training_articles_are_told() {
    let verdict = CLASSIFIER.classify_article(&Article::new("", OWN));
    let gone: Vec<&str> = verdict.boilerplate.iter().map(|span| span.text.as_str()).collect();
    let lines: Vec<&str> = OWN.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(gone, [&lines[1..2], &lines[6..]].concat());
    let outlet = verdict.outlet.unwrap();
    assert_eq!(outlet.label, "CGTN");
    assert_eq!(outlet.country_name.as_deref(), Some("China"));
    assert_eq!(outlet.ownership.as_deref(), Some("state-controlled"));
    let labels = CLASSIFIER.model().head("outlet").unwrap().labels();
    assert!(!labels.contains(&"CGTN".to_owned()), "its articles were learned from");
}

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
