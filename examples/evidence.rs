//! Reads the evidence: which bytes of a text speak for each label.
//!
//! `cargo run --release --example evidence`

use masthead::Classifier;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let classifier = Classifier::builder().explain(true).build()?;
    let text = "The ministry said the sanctions would cost the country's exporters dearly.\n\n\
                Press TV's website can also be accessed at www.presstv.ir\n\n\
                SHARE THIS ARTICLE";
    let verdict = classifier.classify(text);
    for (head, found) in verdict.evidence.iter().flatten() {
        for piece in found.iter().take(5) {
            let words = &text[piece.start as usize..piece.end as usize];
            println!("{head}: {} {:+.2} {} {words:?}", piece.label, piece.weight, piece.kind);
        }
    }
    for span in &verdict.boilerplate {
        println!("boilerplate: {} {:.2} {:?}", span.kind, span.probability, span.text);
    }
    Ok(())
}
