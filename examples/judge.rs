//! Judges one text: who published it, which way it leans, how it is framed.
//!
//! `cargo run --release --example judge`

use masthead::Classifier;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let classifier = Classifier::builder().build()?;
    let text = "HARROW (Reuters) - Growers of cocoa expect to lose a tenth of the crop after \
                early rains, the growers' union said on Monday.\n\n\
                Prices rose by four percent in London.\n\n\
                Our Standards: The Thomson Reuters Trust Principles.";
    let verdict = classifier.classify(text);
    if let Some(outlet) = &verdict.outlet {
        println!("outlet: {} ({:.2})", outlet.label, outlet.probability.unwrap_or_default());
    }
    if let Some(leaning) = &verdict.leaning {
        let label = leaning.label.as_deref().unwrap_or("withheld");
        println!("leaning: {label} ({:.2})", leaning.probability.unwrap_or_default());
    }
    for (vocabulary, found) in &verdict.frames {
        println!("{vocabulary} frames: {}", found.labels.join(", "));
    }
    println!("without boilerplate:\n{}", classifier.clean(text));
    Ok(())
}
