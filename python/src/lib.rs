//! The core of the Python package: what is slow in Python, or needs Arrow.
//!
//! `masthead/__init__.py` is the front of it, and says what each thing promises.

mod batches;
mod columns;
mod measures;

use std::collections::BTreeMap;
use std::collections::hash_map::{DefaultHasher, Entry, HashMap};
use std::hash::{Hash, Hasher};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use masthead::corpus::{CorpusError, Original, Row};
use masthead::pages::articles_page;
use masthead::schema::Schema;
use masthead::training::TrainError;
use masthead::verdict::{Evidence, in_characters};
use masthead::{Article, BuildError, Model, ModelError, Options};
use pyo3::create_exception;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

create_exception!(masthead, MastheadError, PyException, "Whatever masthead complains of.");
create_exception!(masthead, ModelFileError, MastheadError, "A model file can't be used.");
create_exception!(masthead, RegistryError, MastheadError, "A file of outlets can't be used.");
create_exception!(masthead, InputError, MastheadError, "Articles can't be read.");
create_exception!(masthead, TrainingError, MastheadError, "A model can't be learned or measured.");

fn of_model(error: ModelError) -> PyErr {
    ModelFileError::new_err(error.to_string())
}

fn of_corpus(error: CorpusError) -> PyErr {
    InputError::new_err(error.to_string())
}

fn of_training(error: TrainError) -> PyErr {
    TrainingError::new_err(error.to_string())
}

fn of_building(error: BuildError) -> PyErr {
    match error {
        BuildError::Model(error) => of_model(error),
        error => RegistryError::new_err(error.to_string()),
    }
}

/// Threads of this process; those of the process that it was forked from don't live here.
fn pool(jobs: Option<usize>) -> PyResult<Arc<ThreadPool>> {
    type Pools = HashMap<(u32, usize), Arc<ThreadPool>>;
    static POOLS: Mutex<Option<Pools>> = Mutex::new(None);
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    let jobs = jobs.unwrap_or(0);
    match pools.get_or_insert_default().entry((std::process::id(), jobs)) {
        Entry::Occupied(pool) => Ok(Arc::clone(pool.get())),
        Entry::Vacant(place) => {
            let pool = ThreadPoolBuilder::new().num_threads(jobs).build();
            let pool = pool.map_err(|error| MastheadError::new_err(error.to_string()))?;
            Ok(Arc::clone(place.insert(Arc::new(pool))))
        }
    }
}

/// What a classifier is built of; two of the same are one in memory.
#[derive(Hash, FromPyObject)]
enum ModelSource {
    Bytes(Vec<u8>),
    Path(PathBuf),
}

/// A model with a registry, shared by all that were built of the same.
#[pyclass(frozen, module = "masthead._masthead")]
struct Core {
    classifier: Arc<masthead::Classifier>,
}

#[pymethods]
impl Core {
    #[new]
    #[pyo3(signature = (model, registry, ratings, phrases, threshold, ignore_address, ignore_boilerplate, style))]
    #[expect(clippy::too_many_arguments, reason = "one caller, which names them")]
    fn new(
        py: Python<'_>,
        model: Option<ModelSource>,
        registry: Option<PathBuf>,
        ratings: Option<PathBuf>,
        phrases: String,
        threshold: Option<f32>,
        ignore_address: bool,
        ignore_boilerplate: bool,
        style: bool,
    ) -> PyResult<Self> {
        static BUILT: Mutex<Option<HashMap<u64, Weak<masthead::Classifier>>>> = Mutex::new(None);
        let mut hasher = DefaultHasher::new();
        let changed = |path: &Option<PathBuf>| {
            path.as_ref().and_then(|path| path.metadata().ok()?.modified().ok())
        };
        let model_path = match &model {
            Some(ModelSource::Path(path)) => Some(path.clone()),
            _ => None,
        };
        let times = [&model_path, &registry, &ratings].map(changed);
        (&model, &registry, &ratings, &phrases, times).hash(&mut hasher);
        (threshold.map(f32::to_bits), ignore_address, ignore_boilerplate, style).hash(&mut hasher);
        let key = hasher.finish();
        // Not held while building: another thread may build the same, which does no harm.
        let built = || BUILT.lock().unwrap_or_else(PoisonError::into_inner);
        let known = built().get_or_insert_default().get(&key).and_then(Weak::upgrade);
        if let Some(classifier) = known {
            return Ok(Self { classifier });
        }
        let options = Options::default()
            .with_threshold(threshold)
            .with_address_ignored(ignore_address)
            .with_boilerplate_ignored(ignore_boilerplate)
            .with_style(style);
        let mut builder = masthead::Classifier::builder().options(options).phrases(&phrases);
        match model {
            Some(ModelSource::Path(path)) => builder = builder.model(path),
            Some(ModelSource::Bytes(bytes)) => {
                builder = builder.loaded_model(Model::from_bytes(&bytes).map_err(of_model)?);
            }
            None => {}
        }
        if let Some(path) = registry {
            builder = builder.registry(path);
        }
        if let Some(path) = ratings {
            builder = builder.ratings(path);
        }
        let pool = pool(None)?;
        let classifier = py.detach(|| pool.install(|| builder.build())).map_err(of_building)?;
        let classifier = Arc::new(classifier);
        built().get_or_insert_default().insert(key, Arc::downgrade(&classifier));
        Ok(Self { classifier })
    }

    /// A verdict as JSON.
    fn judge(&self, py: Python<'_>, article: [String; 3], explain: bool, chars: bool) -> String {
        let [text, title, url] = article;
        let article = Article { text, title, url, ..Article::default() };
        py.detach(|| {
            let options = self.classifier.options().with_evidence(explain);
            let mut verdict = self.classifier.classify_with(&article, options);
            if chars {
                let evidence = verdict.evidence.iter_mut().flat_map(BTreeMap::values_mut).flatten();
                in_characters(&article.text, &mut verdict.boilerplate, evidence);
            }
            // A verdict holds finite numbers and texts, which JSON can always say.
            serde_json::to_string(&verdict).unwrap_or_default()
        })
    }

    /// A text without its boilerplate.
    fn clean(&self, py: Python<'_>, article: [String; 3]) -> String {
        let [text, title, url] = article;
        let article = Article { text, title, url, ..Article::default() };
        py.detach(|| {
            let spans = self.classifier.boilerplate(&article);
            masthead::verdict::cut(&article.text, &spans)
        })
    }

    /// A page for a browser that shows an article with its boilerplate and evidence.
    fn page(&self, py: Python<'_>, article: [String; 3]) -> String {
        let [text, title, url] = article;
        let article = Article { text, title, url, ..Article::default() };
        py.detach(|| {
            let options = self.classifier.options().with_evidence(true);
            let mut verdict = self.classifier.classify_with(&article, options);
            for found in verdict.evidence.iter_mut().flat_map(BTreeMap::values_mut) {
                *found = Evidence::merged(std::mem::take(found));
            }
            let (file, text_column) = ("".into(), "text".into());
            let row = Row { file, number: 1, text_column, article, original: Original::Text };
            articles_page(&[(verdict, row)])
        })
    }

    /// All rows of a table, judged.
    fn table(
        &self,
        py: Python<'_>,
        data: &Bound<'_, PyAny>,
        wanted: batches::Wanted,
    ) -> PyResult<batches::Table> {
        batches::table(self, py, data, wanted)
    }

    /// The same as they are asked for.
    fn stream(
        &self,
        data: &Bound<'_, PyAny>,
        wanted: batches::Wanted,
    ) -> PyResult<batches::Stream> {
        batches::stream(self, data, wanted)
    }

    #[getter]
    fn name(&self) -> &str {
        self.classifier.model().name()
    }

    #[getter]
    fn card(&self) -> String {
        self.classifier.model().card()
    }

    /// The columns of batches: `arrow`, `spark` or `json`.
    fn schema(&self, form: &str) -> String {
        let schema = Schema::new(self.classifier.model(), self.classifier.options().style, false);
        match form {
            "spark" => schema.to_spark(),
            "json" => schema.to_json_schema().to_string(),
            _ => schema.to_arrow().to_string(),
        }
    }
}

#[pymodule]
fn _masthead(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    module.add("MastheadError", py.get_type::<MastheadError>())?;
    module.add("ModelFileError", py.get_type::<ModelFileError>())?;
    module.add("RegistryError", py.get_type::<RegistryError>())?;
    module.add("InputError", py.get_type::<InputError>())?;
    module.add("TrainingError", py.get_type::<TrainingError>())?;
    module.add_class::<Core>()?;
    module.add_class::<batches::Table>()?;
    module.add_class::<batches::Stream>()?;
    module.add_function(wrap_pyfunction!(measures::train, module)?)?;
    module.add_function(wrap_pyfunction!(measures::evaluate, module)?)?;
    Ok(())
}
