//! What must hold for model files of any bytes: they are refused or judge with
//! probabilities, and reading them takes memory in proportion to their size.
//!
//! Bytes are read as a file as they are, and with the digest that is right for
//! what they hold. Bytes that begin with `parts` are edits of the parts of a
//! small sound model, so that a mutation goes right to what a part says.

use std::collections::HashMap;
use std::sync::LazyLock;

use masthead::corpus::Article;
use masthead::model::Model;
use masthead::model_file::FORMAT;
use masthead::registry::Registry;
use masthead::schema::Schema;
use masthead::verdict::Verdict;
use masthead::{Classifier, Options};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::memory::taken;

/// Bytes of memory for each byte of a file, and for any file. Lists of small
/// texts take the most: a byte in the file is a `String` in memory, in a
/// list that doubles as it grows.
const MEMORY_FOR_A_BYTE: usize = 128;
const MEMORY_FOR_A_FILE: usize = 8 << 20;

/// A part of a model file.
#[derive(Clone)]
struct Part {
    name: String,
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// Checks bytes as a model file, or as edits of one.
pub fn model(bytes: &[u8]) {
    match bytes.strip_prefix(b"parts") {
        Some(edits) => load(&file(&edited(edits), "{}")),
        None => {
            load(bytes);
            if let Some(repaired) = repaired(bytes) {
                load(&repaired);
            }
        }
    }
}

fn load(bytes: &[u8]) {
    let (model, taken) = taken(|| Model::from_bytes(bytes));
    let max = MEMORY_FOR_A_FILE + MEMORY_FOR_A_BYTE * bytes.len();
    assert!(taken <= max, "{taken} bytes of memory for a file of {}", bytes.len());
    let Ok(model) = model else { return };
    let written = model.to_bytes().expect("it was read");
    let again = Model::from_bytes(&written).expect("it is our own");
    assert_eq!(again.to_bytes().expect("it was read"), written);
    let schema = Schema::new(&model, false, true);
    let classifier = Classifier::of(model, Registry::default());
    let options = Options::default().with_evidence(true);
    for text in TEXTS {
        let article = Article::new("Rain in Harrow", text);
        let verdict = classifier.classify_with(&article, options);
        probabilities(&verdict);
        assert_eq!(schema.cells(&verdict, text.len()).len(), schema.columns().len());
    }
}

const TEXTS: [&str; 3] = [
    "",
    "Rain",
    "HARROW (Reuters) - Rain fell on Monday, said Mr. Orr of www.presstv.ir.\n\nThe council \
     will vote on the 3rd of May. Read more: Why it rains\n\n© 2020 The Ledger\nSHARE THIS",
];

fn probabilities(verdict: &Verdict) {
    let sound = |p: &f32| (0.0..=1.0).contains(p);
    assert!(verdict.boilerplate.iter().all(|span| sound(&span.probability)));
    if let Some(outlet) = &verdict.outlet {
        assert!(outlet.probability.iter().all(sound), "{outlet:?}");
        assert!(
            outlet.by_text.alternatives.iter().all(|other| sound(&other.probability)),
            "{outlet:?}"
        );
    }
    if let Some(leaning) = &verdict.leaning {
        let sum: f32 = leaning.probabilities.values().sum();
        assert!(leaning.probabilities.values().all(sound) && (sum - 1.0).abs() < 1e-3, "{sum}");
    }
    for label in verdict.frames.values().chain(verdict.labels.values()) {
        assert!(label.probabilities.values().all(sound), "{label:?}");
    }
}

/// A model file of these parts, with the digest that is right for them.
fn file(parts: &[Part], about: &str) -> Vec<u8> {
    let mut hasher = blake3::Hasher::new();
    for Part { name, dtype, shape, bytes } in parts {
        hasher.update(format!("{name} {dtype:?} {shape:?}\n").as_bytes());
        hasher.update(bytes);
    }
    hasher.update(about.as_bytes());
    let digest = hasher.finalize().to_hex().to_string();
    let header = format!(
        "{{\"format\":{FORMAT},\"writer\":\"7.8.9\",\"digest\":\"{digest}\",\"about\":{about}}}"
    );
    let views = parts.iter().filter_map(|part| {
        let view = TensorView::new(part.dtype, part.shape.clone(), &part.bytes).ok()?;
        Some((part.name.clone(), view))
    });
    let about = HashMap::from([("masthead".to_owned(), header)]);
    safetensors::serialize(views.collect::<Vec<_>>(), Some(about)).unwrap_or_default()
}

fn parts(bytes: &[u8]) -> Option<Vec<Part>> {
    let tensors = SafeTensors::deserialize(bytes).ok()?;
    let mut parts: Vec<Part> = tensors
        .iter()
        .map(|(name, view)| Part {
            name: name.to_owned(),
            dtype: view.dtype(),
            shape: view.shape().to_vec(),
            bytes: view.data().to_vec(),
        })
        .collect();
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    Some(parts)
}

/// The file with the digest that is right for it.
fn repaired(bytes: &[u8]) -> Option<Vec<u8>> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).ok()?;
    let header: HashMap<String, Box<serde_json::value::RawValue>> =
        serde_json::from_str(metadata.metadata().as_ref()?.get("masthead")?).ok()?;
    Some(file(&parts(bytes)?, header.get("about")?.get()))
}

/// Features of each n-gram classifier of the small model.
const FEATURES: usize = 6;

/// One tree of two questions, the first of which leads to the second where the
/// answer is yes.
const TREE: [(&str, &[u32]); 5] = [
    ("sizes", &[2]),
    ("features", &[0, 1]),
    ("thresholds", &[0.5f32.to_bits(), 1.0f32.to_bits()]),
    ("leads", &[0, 1, 0, 0]),
    ("answers", &[(-0.5f32).to_bits(), (-1.0f32).to_bits(), 1.0f32.to_bits()]),
];

/// Column, classes, and what a file holds of it beside the n-gram classifier.
const COLUMNS: [(&str, usize, &str); 2] = [
    (
        "label.0",
        2,
        r#"{"column":"beat","labels":["city","rates"],"calibration":{"One":1.0},"thresholds":[]}"#,
    ),
    (
        "label.1",
        1,
        r#"{"column":"tags","labels":["rain"],"calibration":{"Several":[{"slope":-1.0,"offset":0.0}]},"thresholds":[0.5]}"#,
    ),
];

/// The default model with a few features in each n-gram classifier and one tree for its
/// lines, and two columns of a user's own.
static SMALL: LazyLock<Vec<Part>> = LazyLock::new(|| {
    let whole = Model::built_in().and_then(|model| model.to_bytes()).expect("it is sound");
    let mut small = parts(&whole).expect("it is sound");
    for Part { name, dtype, shape, bytes } in &mut small {
        match name.rsplit('.').next() {
            Some("buckets" | "idf" | "weights") => {
                shape[0] = shape[0].min(FEATURES);
                let width = if *dtype == Dtype::U32 { 4 } else { 1 };
                bytes.truncate(shape.iter().product::<usize>() * width);
            }
            Some(part) if name.contains("trees.") => {
                let Some((_, own)) = TREE.iter().find(|(name, _)| *name == part) else { continue };
                let narrow = *dtype == Dtype::U8;
                let value = |value: &u32| match narrow {
                    true => vec![*value as u8],
                    false => value.to_le_bytes().to_vec(),
                };
                *bytes = own.iter().flat_map(value).collect();
                *shape = vec![own.len()];
            }
            _ => {}
        }
    }
    let find =
        |name: &str| small.iter().find(|part| part.name == name).expect("the default has it");
    let mut own = Vec::new();
    for (head, classes, about) in COLUMNS {
        let mut add = |name: &str, dtype, shape: Vec<usize>, bytes: Vec<u8>| {
            own.push(Part { name: format!("{head}.{name}"), dtype, shape, bytes });
        };
        for name in ["buckets", "idf", "shape"] {
            let Part { dtype, shape, bytes, .. } = find(&format!("leaning.{name}"));
            add(name, *dtype, shape.clone(), bytes.clone());
        }
        add("weights", Dtype::I8, vec![FEATURES, classes], vec![100; FEATURES * classes]);
        add("scales", Dtype::F32, vec![classes], 0.01f32.to_le_bytes().repeat(classes));
        add("intercept", Dtype::F32, vec![classes], 0.5f32.to_le_bytes().repeat(classes));
        add("about", Dtype::U8, vec![about.len()], about.as_bytes().to_vec());
    }
    small.extend(own);
    small.sort_by(|a, b| a.name.cmp(&b.name));
    small
});

/// The small model with edits: which part, where in it, how many bytes, and the
/// bytes. The two highest bits of the first byte say what is done: write over,
/// cut off, leave the part out, put the bytes in its place.
fn edited(mut edits: &[u8]) -> Vec<Part> {
    let mut parts: Vec<Option<Part>> = SMALL.iter().map(|part| Some(part.clone())).collect();
    while let [which, low, high, length, rest @ ..] = edits {
        let (own, rest) = rest.split_at(rest.len().min(*length as usize));
        edits = rest;
        let count = parts.len();
        // There are more parts than six bits tell.
        let place = &mut parts[(*which as usize % 64 + 64 * (*high as usize / 128)) % count];
        let Some(part) = place else { continue };
        let at = usize::from(u16::from_le_bytes([*low, high % 128]));
        let bytes = &mut part.bytes;
        match which / 64 {
            0 => {
                bytes.resize(bytes.len().max(at + own.len()), 0);
                bytes[at..at + own.len()].copy_from_slice(own);
            }
            1 => bytes.truncate(at),
            2 => {
                *place = None;
                continue;
            }
            _ => *bytes = own.to_vec(),
        }
        let width = if matches!(part.dtype, Dtype::U32 | Dtype::F32) { 4 } else { 1 };
        bytes.truncate(bytes.len() / width * width);
        part.shape = vec![bytes.len() / width];
    }
    parts.into_iter().flatten().collect()
}
