//! A head is its folder and one line: a toy head that is no part of masthead is
//! trained, written, read again, predicts, explains and is measured, and stands in the dataset
//! report, though nothing else knows of it.

use std::any::Any;
use std::sync::Arc;

use masthead::corpus::{Article, Columns, LabelColumns, TrainingSet};
use masthead::features::Directory;
use masthead::heads::examples::{Examples, HeadLabels, Learned, OutletAnswers, TrainedHead};
use masthead::heads::{Head, HeadKind, Input, KINDS, Predictor};
use masthead::model_file::{ModelError, Sections};
use masthead::schema::Cell;
use masthead::training::{Extension, TrainSettings, Trainer};
use masthead::verdict::LabelsVerdict;
use masthead::{Classifier, Evidence, Model, Registry, Schema, Verdict};

use super::common::file;
use super::training::articles;

/// Whether an article is longer than most.
#[derive(Debug, Clone)]
struct Length {
    usual: u32,
}

#[derive(Debug)]
struct LengthKind;

impl HeadKind for LengthKind {
    fn load(&self, sections: &Sections<'_>) -> Result<Vec<Arc<dyn Head>>, ModelError> {
        if !sections.has("length") {
            return Ok(Vec::new());
        }
        Ok(vec![Arc::new(Length { usual: sections.u32("length")?[0] })])
    }

    fn learns(&self) -> &'static str {
        "lengths"
    }

    fn labelled(&self, set: &TrainingSet, _: &Registry, _min_articles: usize) -> Vec<HeadLabels> {
        let labels = HeadLabels::new("length", "words", 50).of_articles(set, |article| {
            vec![if article.text.contains("guns") { "long" } else { "short" }.to_owned()]
        });
        vec![labels]
    }

    fn train(&self, examples: &Examples<'_>, _answers: &mut OutletAnswers) -> Learned {
        let mut lengths: Vec<usize> =
            examples.documents.iter().map(|document| document.body.tokens.len()).collect();
        lengths.sort_unstable();
        let head = Arc::new(Length { usual: lengths[lengths.len() / 2] as u32 });
        Ok(vec![TrainedHead { head, figures: [].into(), factor: 1.0, doubts: Vec::new() }])
    }
}

impl Head for Length {
    fn key(&self) -> String {
        "length".to_owned()
    }

    fn labels(&self) -> Vec<String> {
        ["long", "short"].map(str::to_owned).to_vec()
    }

    fn store(&self, sections: &mut Sections<'_>) {
        sections.put_u32("length", &[self.usual]);
    }

    fn bind(self: Arc<Self>, _directory: &Arc<Directory>) -> Box<dyn Predictor> {
        Box::new(Bound(self))
    }
}

#[derive(Debug)]
struct Bound(Arc<Length>);

impl Predictor for Bound {
    fn predict(&self, input: &Input<'_>, found: &mut Verdict, _scratch: &mut dyn Any) {
        let is_long = input.document.body.tokens.len() as u32 > self.0.usual;
        let label = if is_long { "long" } else { "short" };
        let mut verdict = LabelsVerdict::default();
        verdict.labels = vec![label.to_owned()];
        verdict.main = Some(label.to_owned());
        verdict.probabilities = self
            .0
            .labels()
            .into_iter()
            .map(|own| {
                let probability = f32::from(u8::from(own == label));
                (own, probability)
            })
            .collect();
        found.labels.insert("length".to_owned(), verdict);
    }

    fn evidence(&self, input: &Input<'_>, found: &Verdict, _scratch: &dyn Any) -> Vec<Evidence> {
        let label = found.labels["length"].main.clone().unwrap_or_default();
        let last = input.document.body.tokens.last().map(|token| token.span);
        let spans = last.into_iter();
        spans.map(|span| Evidence::new(span, "last word", &label, 1.0)).collect()
    }
}

#[test]
fn a_toy_head_is_trained_stored_read_predicts_and_explains_though_nothing_else_knows_it() {
    let (_folder, path) = file("mine.csv", articles(60));
    let columns = LabelColumns::default();
    let set = TrainingSet::read(&[path.into()], &Columns::default(), &columns).unwrap();
    let kinds: Vec<&dyn HeadKind> = KINDS.into_iter().chain([&LengthKind as _]).collect();
    let registry = Registry::built_in();
    let settings = TrainSettings { min_articles: 15, ..TrainSettings::default() };
    let trainer = Trainer { set: &set, registry, base: None, settings };
    let report = trainer.dataset_report_with(&kinds);
    let own = report.heads.iter().find(|head| head.head == "length").unwrap();
    assert_eq!((own.labelled, own.labels[0].rows, own.labels[0].label.as_str()), (60, 40, "short"));
    assert_eq!(own.learned().count(), 0);
    let mut told = Vec::new();
    let trained = trainer.train_with(&kinds, |step| told.push(step.to_owned())).unwrap();
    assert!(told.contains(&"learning lengths".to_owned()));

    let bytes = trained.model.to_bytes().unwrap();
    assert!(Model::from_bytes(&bytes).unwrap().head("length").is_none(), "unknown heads rest");
    let model = Model::from_bytes_with(&bytes, &kinds).unwrap();
    let settings = TrainSettings::default();
    let (base, registry) = (&model, Registry::built_in());
    let extension = Extension { base, set: &set, phrases: "", registry, settings };
    let refused = extension.extend_with(&[&LengthKind], |_| ()).unwrap_err().to_string();
    assert!(refused.starts_with("lengths can't be added") && refused.contains("column words"));

    assert!(model.card().contains("- length (2): long, short"));

    let schema = Schema::new(&model, false, false);
    let at = schema.columns().iter().position(|column| column.name == "label_length").unwrap();
    let classifier = Classifier::of(model, Registry::built_in());
    let text = "The bridge was shut. ".repeat(40);
    let options = masthead::Options::default().with_evidence(true);
    let verdict = classifier.classify_with(&Article::new("", &text), options);
    assert_eq!(verdict.labels["length"].main.as_deref(), Some("long"));
    assert_eq!(schema.cells(&verdict, text.len())[at], Cell::Text("long".to_owned()));
    assert_eq!(verdict.evidence.unwrap()["length"][0].kind, "last word");
}
