//! The registry of outlets: no name, alias or domain belongs to two.

use masthead::registry::{Registry, country_name};

const HEADER: &str = "name,aliases,domains,country,language,ownership,kind,source\n";

fn added(rows: &str) -> Result<Registry, String> {
    let mut registry = Registry::default();
    let csv = format!("{HEADER}{rows}");
    registry.add("mine.csv", csv.as_bytes()).map_err(|error| error.to_string())?;
    Ok(registry)
}

#[test]
fn the_registry_that_comes_along_holds_together() {
    let csv = include_bytes!("../../training-data/outlets.csv");
    let mut registry = Registry::default();
    registry.add("outlets.csv", csv).unwrap();
    let all = Registry::built_in();
    assert!(all.outlets().len() >= 5_300, "{}", all.outlets().len());
    assert!(all.outlets().starts_with(registry.outlets()));
    for outlet in all.outlets() {
        assert!(country_name(&outlet.country).is_some(), "{}: {}", outlet.name, outlet.country);
        assert!(!outlet.source.is_empty(), "{}", outlet.name);
        for domain in &outlet.domains {
            assert!(!domain.starts_with("www.") && !domain.contains('/'), "{domain}");
        }
    }
}

#[test]
fn a_domain_of_two_outlets_is_refused_by_row_and_column() {
    let rows =
        "A One,,a.example,GB,en,private,newspaper,x\nB Two,,a.example,GB,en,private,newspaper,x\n";
    let error = added(rows).unwrap_err();
    assert!(error.contains("mine.csv: row 2, column domains"), "{error}");
}

#[test]
fn an_address_in_place_of_a_domain_is_refused_and_told_what_to_write() {
    for domain in ["https://a.example/news", "www.a.example", "a.example:443"] {
        let error = added(&format!("A One,,{domain},GB,en,private,newspaper,x\n")).unwrap_err();
        assert!(error.contains("column domains") && error.ends_with("a.example"), "{error}");
    }
}

#[test]
fn a_name_that_an_outlet_gave_up_may_be_anothers() {
    let registry = added(
        "A One,Uno,one.example,GB,en,private,newspaper,x\n\
         A One,,,GB,en,private,newspaper,y\n\
         B Two,Uno,one.example,GB,en,private,newspaper,x\n",
    )
    .unwrap();
    for id in [registry.by_name("uno"), registry.by_host("one.example")] {
        assert_eq!(registry.outlet(id.unwrap()).unwrap().name, "B Two");
    }
}

#[test]
fn a_host_that_is_given_a_name_goes_on_under_it() {
    let mut registry = Registry::built_in();
    let row = format!("{HEADER}KKCO 11,,nbc11news.com,US,en,private,broadcaster,mine\n");
    registry.add("mine.csv", row.as_bytes()).unwrap();
    let id = registry.by_host("www.nbc11news.com").unwrap();
    assert_eq!(registry.outlet(id).unwrap().name, "KKCO 11");
}

#[test]
fn a_label_says_more_than_a_host_without_a_name() {
    let registry = Registry::built_in();
    let url = "https://www.nbc11news.com/1";
    assert_eq!(registry.canonical("KKCO 11", url).as_deref(), Some("KKCO 11"));
    assert_eq!(registry.canonical("", url).as_deref(), Some("nbc11news.com"));
    assert_eq!(registry.canonical("anything", "https://cnn.com/1").as_deref(), Some("CNN"));
}

#[test]
fn the_outlet_that_is_meant_comes_first() {
    let registry = Registry::built_in();
    assert_eq!(registry.search("fox")[0].name, "Fox News");
    assert_eq!(registry.search("presstv.ir")[0].name, "Press TV");
}

#[test]
fn a_rating_that_is_no_word_for_a_leaning_is_refused_by_row_and_column() {
    let mut registry = Registry::built_in();
    let rows = "host,rating,source\ncnn.com,mixed,AllSides\ncnn.com,green,mine\n";
    let error = registry.add_ratings("mine.csv", rows.as_bytes()).unwrap_err().to_string();
    assert!(error.contains("mine.csv: row 2, column rating") && error.contains("green"), "{error}");
}

#[test]
fn an_unknown_ownership_is_refused_by_row_and_column() {
    let error = added("A One,,,GB,en,royal,newspaper,x\n").unwrap_err();
    assert!(error.contains("row 1, column ownership") && error.contains("royal"), "{error}");
}

#[test]
fn the_longest_domain_wins_and_mirrors_belong_to_their_outlet() {
    let registry = added(
        "A One,,one.example;mirror.example,GB,en,private,newspaper,x\n\
         B Two,,two.one.example,GB,en,private,newspaper,x\n",
    )
    .unwrap();
    let name =
        |host: &str| registry.by_host(host).map(|id| registry.outlet(id).unwrap().name.clone());
    assert_eq!(name("https://www.one.example/a/b?c").as_deref(), Some("A One"));
    assert_eq!(name("m.mirror.example").as_deref(), Some("A One"));
    assert_eq!(name("www.two.one.example").as_deref(), Some("B Two"));
    assert_eq!(name("example"), None);
}

#[test]
fn a_users_row_replaces_the_outlet_of_that_name() {
    let mut registry = Registry::built_in();
    let before = registry.outlets().len();
    let row = format!("{HEADER}Press TV,,presstv.ir,IR,en,private,broadcaster,mine\n");
    registry.add("mine.csv", row.as_bytes()).unwrap();
    assert_eq!(registry.outlets().len(), before);
    let id = registry.by_name("press tv").unwrap();
    assert_eq!(registry.outlet(id).unwrap().source, "mine");
}

#[cfg(feature = "default-model")]
#[test]
fn a_registry_that_was_read_already_takes_the_place_of_the_one_that_comes_along() {
    let row = "The Harrow Lantern,,lantern.example,GB,en,private,newspaper,x\n";
    let classifier =
        masthead::Classifier::builder().loaded_registry(added(row).unwrap()).build().unwrap();
    assert_eq!(classifier.registry().outlets().len(), 1);
    let mut article = masthead::Article::new("", "The bridge opened on Monday.");
    let mut label = |url: &str| {
        article.url = url.to_owned();
        classifier.classify_article(&article).outlet.unwrap().label
    };
    assert_eq!(label("https://lantern.example/news/1"), "The Harrow Lantern");
    assert_ne!(label("https://www.presstv.ir/news/1"), "Press TV");
}

#[test]
fn the_digest_of_a_registry_changes_with_every_value_of_an_outlet() {
    let digest = |row: &str| added(row).unwrap().digest();
    let rows = [
        "Ledger,The Ledger,ledger.example,GB,en,private,newspaper,S",
        "Ledgers,The Ledger,ledger.example,GB,en,private,newspaper,S",
        "Ledger,The Ledger;Ledge,ledger.example,GB,en,private,newspaper,S",
        "Ledger,,ledger.example,GB,en,private,newspaper,S",
        "Ledger,The Ledger,ledger.example;l.example,GB,en,private,newspaper,S",
        "Ledger,The Ledger,ledger.example,IE,en,private,newspaper,S",
        "Ledger,The Ledger,ledger.example,GB,en;ga,private,newspaper,S",
        "Ledger,The Ledger,ledger.example,GB,en,party,newspaper,S",
        "Ledger,The Ledger,ledger.example,GB,en,,newspaper,S",
        "Ledger,The Ledger,ledger.example,GB,en,private,magazine,S",
        "Ledger,The Ledger,ledger.example,GB,en,private,,S",
        "Ledger,The Ledger,ledger.example,GB,en,private,newspaper,T",
    ];
    let digests: std::collections::BTreeSet<String> = rows.iter().map(|row| digest(row)).collect();
    assert_eq!(digests.len(), rows.len());
    assert_eq!(digest(rows[0]), digest(rows[0]));
}
