//! A model file is not believed: what is damaged, foreign, of another version
//! or does not fit together is refused, even when its digest is right.

use std::collections::HashMap;
use std::sync::LazyLock;

use masthead::Classifier;
use masthead::model::Model;
use masthead::model_file::ModelError;
use masthead::registry::Registry;
use proptest::prelude::*;
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use super::common::{file, judged_by, run_with};

static GOOD: LazyLock<Vec<u8>> =
    LazyLock::new(|| std::fs::read("models/default.masthead").unwrap());

type Tensors = Vec<(String, Dtype, Vec<usize>, Vec<u8>)>;

fn tensors() -> Tensors {
    let good = SafeTensors::deserialize(&GOOD).unwrap();
    let mut tensors: Tensors = good
        .tensors()
        .into_iter()
        .map(|(name, view)| (name, view.dtype(), view.shape().to_vec(), view.data().to_vec()))
        .collect();
    tensors.sort();
    tensors
}

/// A model file of these tensors, with the digest that is right for them.
fn forged(tensors: &Tensors, format: u32) -> Vec<u8> {
    let mut hasher = blake3::Hasher::new();
    for (name, dtype, shape, bytes) in tensors {
        hasher.update(format!("{name} {dtype:?} {shape:?}\n").as_bytes());
        hasher.update(bytes);
    }
    hasher.update(b"{}");
    let digest = hasher.finalize().to_hex().to_string();
    let header = serde_json::json!({
        "format": format, "writer": "7.8.9", "digest": digest, "about": {},
    });
    let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
        (name.clone(), TensorView::new(*dtype, shape.clone(), bytes).unwrap())
    });
    let about = HashMap::from([("masthead".to_owned(), header.to_string())]);
    safetensors::serialize(views.collect::<Vec<_>>(), Some(about)).unwrap()
}

/// A model file of these tensors, which must be in the order of their names.
pub fn signed(views: &[(String, TensorView<'_>)]) -> Vec<u8> {
    let views = views.iter();
    let tensors: Tensors = views
        .map(|(name, view)| {
            (name.clone(), view.dtype(), view.shape().to_vec(), view.data().to_vec())
        })
        .collect();
    forged(&tensors, masthead::model_file::FORMAT)
}

#[test]
fn a_forged_copy_of_the_default_model_is_read_as_the_tests_below_rely_on() {
    assert!(Model::from_bytes(&forged(&tensors(), masthead::model_file::FORMAT)).is_ok());
}

#[test]
fn a_model_of_another_format_says_which_version_made_it() {
    let (_folder, path) = file("m.masthead", forged(&tensors(), 99));
    let (_, complaint, code) = run_with(&["score", "-", "--model", &path], b"{\"text\":\"a\"}");
    assert_eq!(code, 2);
    assert!(complaint.contains("format 99") && complaint.contains("7.8.9"), "{complaint}");
}

#[test]
fn a_part_that_is_missing_is_named() {
    for at in 0..tensors().len() {
        let mut tensors = tensors();
        let (name, ..) = tensors.remove(at);
        match Model::from_bytes(&forged(&tensors, masthead::model_file::FORMAT)) {
            Err(ModelError::Missing(missing)) => assert_eq!(missing, name),
            Err(error) => panic!("{name}: {error}"),
            // The part by which a head is known: without it there is no head.
            Ok(model) => assert!(model.to_bytes().unwrap().len() < GOOD.len(), "{name}"),
        }
    }
}

#[test]
fn a_part_that_is_shorter_is_refused() {
    for at in 0..tensors().len() {
        let mut tensors = tensors();
        let (name, dtype, shape, bytes) = &mut tensors[at];
        let width = if matches!(dtype, Dtype::U8 | Dtype::I8) { 1 } else { 4 };
        if bytes.len() < width {
            continue;
        }
        bytes.truncate(bytes.len() - width);
        *shape = vec![bytes.len() / width];
        let name = name.clone();
        let model = Model::from_bytes(&forged(&tensors, masthead::model_file::FORMAT));
        assert!(
            matches!(&model, Err(ModelError::Inconsistent(_) | ModelError::Missing(_))),
            "{name} was believed"
        );
    }
}

#[test]
fn numbers_that_are_none_are_refused() {
    for at in 0..tensors().len() {
        for none in [f32::NAN, f32::INFINITY, f32::MIN] {
            let mut tensors = tensors();
            let (name, dtype, _, bytes) = &mut tensors[at];
            if *dtype != Dtype::F32 || bytes.is_empty() {
                continue;
            }
            bytes[..4].copy_from_slice(&none.to_le_bytes());
            let name = name.clone();
            let model = Model::from_bytes(&forged(&tensors, masthead::model_file::FORMAT));
            assert!(matches!(model, Err(ModelError::Inconsistent(_))), "{name} was believed");
        }
    }
}

#[test]
fn a_header_longer_than_any_models_is_refused() {
    let mut bytes = (5u64 << 20).to_le_bytes().to_vec();
    bytes.resize(6 << 20, b' ');
    let error = Model::from_bytes(&bytes).unwrap_err().to_string();
    assert!(error.contains("header"), "{error}");
}

#[test]
fn a_frame_that_occurs_twice_is_refused() {
    let mut tensors = tensors();
    let part = tensors.iter_mut().find(|(name, ..)| name == "frames.generic.about").unwrap();
    let at = part.3.windows(8).position(|name| name == b"conflict").unwrap();
    part.3[at..at + 8].copy_from_slice(b"economic");
    let error = Model::from_bytes(&forged(&tensors, masthead::model_file::FORMAT)).unwrap_err();
    assert!(matches!(error, ModelError::Inconsistent(part) if part == "frames.generic"));
}

#[test]
fn a_device_and_a_folder_are_no_models() {
    for path in [std::env::temp_dir().to_str().unwrap(), "/dev/zero"] {
        let (_, complaint, code) = run_with(&["score", "-", "--model", path], b"{\"text\":\"a\"}");
        assert_eq!(code, 2);
        assert!(complaint.contains(path), "{complaint}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_forged_model_is_refused_or_judges_with_numbers_that_are_probabilities(
        part in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let mut tensors = tensors();
        let at = part.index(tensors.len());
        let bytes = &mut tensors[at].3;
        if !bytes.is_empty() {
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        if let Ok(model) = Model::from_bytes(&forged(&tensors, masthead::model_file::FORMAT)) {
            let scorer = Classifier::of(model, Registry::built_in());
            let text = "HARROW (Reuters) - Rain fell on Monday.\n\nThe council said so.\n\nSHARE";
            let verdict = judged_by(&scorer, "Rain", text);
            if let Some(leaning) = &verdict.leaning {
                prop_assert!(leaning.probabilities.values().all(|p| (0.0..=1.0).contains(p)));
            }
            if let Some(outlet) = &verdict.outlet {
                prop_assert!((0.0..=1.0).contains(&outlet.probability.unwrap_or(0.0)));
            }
            for frames in verdict.frames.values() {
                prop_assert!(frames.probabilities.values().all(|p| (0.0..=1.0).contains(p)));
            }
            prop_assert!(verdict.boilerplate.iter().all(|s| (0.0..=1.0).contains(&s.probability)));
        }
    }
}
