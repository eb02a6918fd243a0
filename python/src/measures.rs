//! Training and measuring, as the commands do it.

use std::path::PathBuf;

use masthead::corpus::TrainingSet;
use masthead::evaluation::{Answers, Report};
use masthead::heads::Head;
use masthead::heads::custom::LabelHead;
use masthead::training::{TrainSettings, Trainer};
use masthead::{Classifier, Model, Options, Registry};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::{RegistryError, TrainingError, of_corpus, of_model, of_training, pool};

fn settings(json: &str) -> PyResult<TrainSettings> {
    serde_json::from_str(json).map_err(|error| TrainingError::new_err(error.to_string()))
}

fn registry(settings: &TrainSettings) -> PyResult<Registry> {
    let mut registry = Registry::built_in();
    let added = settings.registry.iter().try_for_each(|path| registry.add_file(path));
    added.map_err(|error| RegistryError::new_err(error.to_string()))?;
    Ok(registry)
}

/// Learns a model from files; its bytes.
#[pyfunction]
pub fn train<'py>(
    py: Python<'py>,
    files: Vec<PathBuf>,
    json: &str,
    jobs: Option<usize>,
) -> PyResult<Bound<'py, PyBytes>> {
    let settings = settings(json)?;
    let (registry, pool) = (registry(&settings)?, pool(jobs)?);
    let work = || {
        let set = TrainingSet::read(&files, &settings.columns(), &settings.label_columns());
        let set = set.map_err(of_corpus)?;
        let base = Model::built_in().ok();
        let trainer = Trainer { set: &set, registry, base: base.as_ref(), settings };
        trainer.dataset_report().check().map_err(of_training)?;
        let trained = trainer.train(|_| ()).map_err(of_training)?;
        trained.model.to_bytes().map_err(of_model)
    };
    let bytes: PyResult<Vec<u8>> = py.detach(|| pool.install(work));
    Ok(PyBytes::new(py, &bytes?))
}

/// Measures a model on files; the report as JSON.
#[pyfunction]
pub fn evaluate(
    py: Python<'_>,
    files: Vec<PathBuf>,
    model: Option<PathBuf>,
    json: &str,
    jobs: Option<usize>,
) -> PyResult<String> {
    let settings = settings(json)?;
    let (registry, pool) = (registry(&settings)?, pool(jobs)?);
    let work = || {
        let model = model.map_or_else(Model::built_in, |path| Model::open(&path));
        let model = model.map_err(of_model)?;
        let mut labels = settings.label_columns();
        for head in model.of::<LabelHead>() {
            let columns = if head.several() { &mut labels.multi } else { &mut labels.single };
            columns.push(head.column().to_owned());
        }
        let set = TrainingSet::read(&files, &settings.columns(), &labels).map_err(of_corpus)?;
        let classifier = Classifier::of(model, registry.clone());
        let answers = Answers::collect(&set, &classifier, &registry, Options::default());
        let report = Report::new(&set, classifier.model().name(), &answers, settings.seed);
        if report.is_empty() {
            return Err(TrainingError::new_err(
                "no label to measure by; name the columns with outlet_column, leaning_column or \
                 frames_column",
            ));
        }
        serde_json::to_string(&report).map_err(|error| TrainingError::new_err(error.to_string()))
    };
    py.detach(|| pool.install(work))
}
