//! The example of the README: who published a text, and the text without its boilerplate.
//!
//! `cargo run --release --example readme`

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let classifier = masthead::Classifier::builder().build()?;
    let text = "The bridge opened on Monday.\n\nwww.presstv.ir\n\nSHARE THIS ARTICLE";
    if let Some(outlet) = classifier.classify(text).outlet {
        println!("{} ({:.2})", outlet.label, outlet.probability.unwrap_or_default());
    }
    println!("{}", classifier.clean(text));
    Ok(())
}
