//! Unit tests of `src/features/mentions.rs`.

use super::*;

#[test]
fn figures_in_a_name_are_met_as_they_are_written() {
    let registry = "name,aliases,domains,country,language,ownership,kind,source\n\
        7NEWS,Harrow 24,9harrow.example,AU,en,private,broadcaster,us\n";
    let mut outlets = Registry::default();
    outlets.add("registry", registry.as_bytes()).unwrap();
    let names = Names::new(&outlets);
    let found = |text: &str| {
        let (mut document, mut out) = (Tokenized::default(), Vec::new());
        document.read(text);
        names.find(&document, &mut out);
        out.iter().map(|found| text[found.span.range()].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        found("On 7news, Harrow 24 and 9Harrow.example"),
        ["7news", "Harrow 24", "9Harrow.example"]
    );
    assert_eq!(found("The 5th, @5DollarWriter, Harrow 25, 8harrow.example"), Vec::<String>::new());
}
