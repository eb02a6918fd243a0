//! Who published a text by address and text, whose text it is, and when an answer is
//! withheld.

use masthead::corpus::Article;
use masthead::verdict::{OutletBasis, Status, Verdict};
use masthead::{Classifier, Options};

use super::common::CLASSIFIER;

const STORY: &str = "The council of Harrow Falls voted by nine to four on Monday to close the \
    swing bridge for the winter, because its bearings have worn thin and the spare ones were \
    sold in 1988.\n\nLorries will have to go round by Kessel, which takes forty minutes more, \
    the harbour master said.\n\nThe bridge was built in 1911 and opens for some three thousand \
    boats a year.";

fn judged(text: &str, url: &str) -> Verdict {
    let article = Article { url: url.to_owned(), ..Article::new("", text) };
    CLASSIFIER.classify_article(&article)
}

#[test]
fn an_address_names_the_publisher_whatever_the_host_is_called_in_front() {
    for (url, name) in [
        ("https://edition.cnn.com/2020/1/bridge", "CNN"),
        ("http://m.BBC.co.uk:80/news/1", "BBC News"),
        ("https://www.theonion.com/1", "The Onion"),
    ] {
        let outlet = judged(STORY, url).outlet.unwrap();
        assert_eq!(outlet.label, name);
        assert_eq!(outlet.by_address.as_deref(), Some(name));
        assert_eq!((outlet.basis, outlet.status), (OutletBasis::Address, Status::Answered));
    }
}

#[test]
fn an_agencys_mark_is_the_origin_however_it_is_enclosed() {
    for (mark, agency) in [
        ("SALAIR, 4 May. /TASS/. ", "TASS"),
        ("KIEL (dpa/lno) - ", "Deutsche Presse-Agentur"),
        ("GRAZ (APA) - ", "Austria Presse Agentur"),
        ("LONDON [AP] — ", "Associated Press"),
    ] {
        let origin = judged(&format!("{mark}{STORY}"), "https://orrin.example/1").origin.unwrap();
        assert_eq!(origin.label.as_deref(), Some(agency), "{mark}");
    }
    let signed = format!("{STORY}\n\n© dpa-infocom, dpa:210305-99-702131/2");
    let origin = judged(&signed, "https://orrin.example/1").origin.unwrap();
    assert_eq!(origin.label.as_deref(), Some("Deutsche Presse-Agentur"));
}

#[test]
fn a_host_without_a_name_is_named_by_its_host() {
    let outlet = judged(STORY, "https://www.nbc11news.com/1").outlet.unwrap();
    assert_eq!(outlet.label, "nbc11news.com");
    assert_eq!(outlet.country.as_deref(), Some("US"));
    assert_eq!((outlet.kind.as_deref(), outlet.ownership), (Some("broadcaster"), None));
}

#[test]
fn platforms_publish_nothing() {
    for url in [
        "https://www.msn.com/en-us/news/1",
        "https://harrow.substack.com/p/1",
        "https://web.archive.org/web/2019/http://www.cnn.com/1",
        "https://www-cnn-com.cdn.ampproject.org/c/s/www.cnn.com/1",
        "https://t.co/abc",
        "not an address",
        "",
    ] {
        let outlet = judged(STORY, url).outlet.unwrap();
        assert_eq!((outlet.by_address, outlet.basis), (None, OutletBasis::Text), "{url}");
    }
}

#[test]
fn an_address_can_be_left_out_of_sight() {
    let options = Options::default().with_address_ignored(true);
    let url = "https://edition.cnn.com/2020/1/bridge".to_owned();
    let article = Article { url, ..Article::new("", STORY) };
    let outlet = CLASSIFIER.classify_with(&article, options).outlet.unwrap();
    assert_eq!((outlet.by_address, outlet.basis), (None, OutletBasis::Text));
}

#[test]
fn agency_copy_in_a_paper_is_an_origin_and_not_its_publisher() {
    let text = format!("HARROW FALLS, May 9 (Reuters) - {STORY}");
    let verdict = judged(&text, "https://www.harrowgazette.example/1");
    let outlet = verdict.outlet.unwrap();
    assert_eq!((outlet.label.as_str(), outlet.ownership), ("unknown", None));
    assert_eq!(outlet.credits, ["Reuters"]);
    assert_eq!(verdict.origin.unwrap().label.as_deref(), Some("Reuters"));
}

#[test]
fn agency_copy_signed_by_another_is_not_the_agencys() {
    let signed = "Reprinted in the Orrin Valley Gazette. © 2020 Orrin Valley Gazette";
    let verdict = judged(&format!("HARROW FALLS, May 9 (Reuters) - {STORY}\n\n{signed}"), "");
    assert_eq!(verdict.outlet.unwrap().label, "unknown");
    assert_eq!(verdict.origin.unwrap().label.as_deref(), Some("Reuters"));
}

#[test]
fn what_was_first_published_elsewhere_is_from_there() {
    for (line, origin) in [
        ("This text was first published in German in Der Spiegel.", "Der Spiegel"),
        ("This article was originally published by ProPublica.", "ProPublica"),
        ("This article is republished from The Conversation.", "The Conversation"),
        ("© 2019 NPR. All rights reserved.", "NPR"),
    ] {
        let verdict = judged(&format!("{STORY}\n\n{line}"), "https://harrowreview.example/41");
        assert_ne!(verdict.outlet.unwrap().label, origin);
        assert_eq!(verdict.origin.unwrap().label.as_deref(), Some(origin), "{line}");
    }
}

#[test]
fn an_outlet_that_is_spoken_of_is_no_likelier_to_have_published() {
    let before = judged(STORY, "").outlet.unwrap().by_text;
    for (name, sentence) in [
        ("Fox News", "The vote was also covered by Fox News."),
        ("CNN", "“We had no choice,” the harbour master told CNN."),
        ("Reuters", "According to Reuters, two more bridges will follow in the spring."),
    ] {
        for text in [format!("{STORY} {sentence}"), format!("{STORY}\n\n{sentence}")] {
            let after = judged(&text, "").outlet.unwrap().by_text;
            let of = |found: &masthead::verdict::OutletByText| {
                let first = (found.label == name).then_some(found.probability.unwrap_or(0.0));
                let other = found.alternatives.iter().find(|other| other.label == name);
                first.or(other.map(|other| other.probability)).unwrap_or(0.0)
            };
            assert!(of(&after) - of(&before) <= 0.02, "{name}: {after:?}");
        }
    }
}

#[test]
fn a_language_that_was_not_learned_is_said_and_not_judged() {
    let text = "Die Löhne in Ostdeutschland sind im vergangenen Jahr um 2,1 Prozent gestiegen und \
        damit langsamer als im Westen, wie aus einer Antwort der Bundesregierung hervorgeht.\n\n\
        Im Mittel verdienten Beschäftigte in Vollzeit 3.013 Euro im Monat.";
    let verdict = judged(text, "");
    assert_eq!(verdict.language.code.as_deref(), Some("de"));
    assert!(verdict.language.probability.unwrap() > 0.9);
    let outlet = verdict.outlet.unwrap();
    assert_eq!((outlet.label.as_str(), outlet.status), ("unknown", Status::Language));
    let leaning = verdict.leaning.unwrap();
    assert_eq!((leaning.label, leaning.status), (None, Status::Language));
    assert!(leaning.probabilities.is_empty() && leaning.by_content.is_none());
    // Frames are read in German, but not in Swedish.
    for frames in verdict.frames.values() {
        assert_eq!(frames.status, Status::Answered);
    }
    let text = "Lönerna i norra Sverige steg under förra året med två procent och därmed \
        långsammare än i södra delen av landet, enligt ett svar från regeringen i Stockholm.";
    for frames in judged(text, "").frames.values() {
        assert_eq!(frames.status, Status::Language);
        assert!(frames.labels.is_empty() && frames.probabilities.is_empty());
    }
}

#[test]
fn signatures_speak_in_any_language() {
    let text = "Un cuisinier de Lyon qui avait rendu son tablier jeudi soir l'a retrouvé vendredi \
        matin, repassé et plié, sur la table de sa cuisine.\n\nSuivez-nous sur legorafi.fr\n\n\
        © 2023 Le Gorafi";
    let outlet = judged(text, "").outlet.unwrap();
    assert_eq!((outlet.label.as_str(), outlet.kind.as_deref()), ("Le Gorafi", Some("satire")));
}

#[test]
fn a_few_words_are_too_short_to_judge() {
    for text in ["Hello", "The cat sat on the mat.", "Senate passes budget after long night"] {
        let verdict = judged(text, "");
        assert_eq!(verdict.outlet.unwrap().label, "unknown", "{text}");
        let leaning = verdict.leaning.unwrap();
        assert_eq!((leaning.label, leaning.status), (None, Status::Short), "{text}");
        assert!(verdict.frames.values().all(|frames| frames.labels.is_empty()), "{text}");
    }
}

#[test]
fn ratings_of_ones_own_stand_beside_the_leaning_and_go_into_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ratings.csv");
    let rows = "host,rating,source\nnbc11news.com,Lean Right,AllSides\n\
        harrow.example,left-center,MBFC\n";
    std::fs::write(&path, rows).unwrap();
    let classifier = Classifier::builder().ratings(&path).build().unwrap();
    let judged = |url: &str| {
        let article = Article { url: url.to_owned(), ..Article::new("", STORY) };
        classifier.classify_article(&article).leaning.unwrap()
    };
    let leaning = judged("https://nbc11news.com/1");
    let rating = leaning.rating.unwrap();
    assert_eq!((rating.label.as_str(), rating.source.as_str()), ("right", "AllSides"));
    assert_eq!(leaning.label.as_deref(), Some("right"));
    assert_eq!(judged("https://www.harrow.example/1").rating.unwrap().label, "left");
}
