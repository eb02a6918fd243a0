//! Batches of articles through a classifier, by Arrow's C interface.

use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, Schema, SchemaRef};
use masthead::corpus::{Article, Cell, Column, Columns, arrays_of, articles_of, fields_of};
use masthead::schema::Schema as Flat;
use masthead::verdict::in_characters;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use rayon::ThreadPool;
use rayon::prelude::*;

use crate::columns::Rows;
use crate::{Core, InputError, MastheadError, of_corpus, pool};

/// Rows that are judged at a time.
const ROWS: usize = 2048;

type Reader = Box<dyn RecordBatchReader + Send>;

/// How batches are judged.
#[derive(FromPyObject)]
pub struct Wanted {
    text: Option<String>,
    title: Option<String>,
    id: Option<String>,
    url: Option<String>,
    jobs: Option<usize>,
    /// Whether labels stand in dictionaries, and places are counted in characters.
    dictionary: bool,
    chars: bool,
    clean: bool,
}

/// The batches of a reader with what was found.
struct Judged {
    input: Reader,
    rest: Option<RecordBatch>,
    judge: Judge,
}

/// What all threads share of that.
struct Judge {
    classifier: Arc<masthead::Classifier>,
    pool: Arc<ThreadPool>,
    flat: Flat,
    ours: Vec<Column>,
    columns: Columns,
    schema: SchemaRef,
    wanted: Wanted,
}

impl Judged {
    fn new(core: &Core, input: Reader, wanted: Wanted) -> PyResult<Self> {
        let classifier = Arc::clone(&core.classifier);
        let flat = Flat::new(classifier.model(), classifier.options().style, false);
        let columns = Columns {
            text: wanted.text.clone(),
            title: wanted.title.clone(),
            id: wanted.id.clone(),
            url: wanted.url.clone(),
            ..Columns::default()
        };
        let before = input.schema();
        // Whether the columns are there is told before any work is done.
        let empty = RecordBatch::new_empty(Arc::clone(&before));
        articles_of("the data", &empty, &columns).map_err(of_corpus)?;
        let mut ours = flat.table_columns();
        if wanted.clean {
            let of = masthead::corpus::ColumnType::Text;
            ours.push(Column { name: "clean_text".to_owned(), of });
        }
        for column in &mut ours {
            while before.field_with_name(&column.name).is_ok() {
                column.name.insert_str(0, "masthead_");
            }
        }
        let fields = fields_of(&ours, wanted.dictionary).into_iter().map(Arc::new);
        let fields: Vec<_> = before.fields().iter().cloned().chain(fields).collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, before.metadata().clone()));
        let pool = pool(wanted.jobs)?;
        let judge = Judge { classifier, pool, flat, ours, columns, schema, wanted };
        Ok(Self { input, rest: None, judge })
    }
}

impl Judge {
    fn batch(&self, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let articles = articles_of("the data", batch, &self.columns)
            .map_err(|error| ArrowError::ExternalError(error.into()))?;
        let work = || articles.par_iter().map(|article| self.cells(article)).collect();
        let cells: Vec<Vec<Cell>> = self.pool.install(work);
        let mut arrays = batch.columns().to_vec();
        arrays.extend(arrays_of(&self.ours, cells, self.wanted.dictionary));
        RecordBatch::try_new(Arc::clone(&self.schema), arrays)
    }

    /// What was found of an article; nothing where it has no text.
    fn cells(&self, article: &Article) -> Vec<Cell> {
        if article.text.trim().is_empty() {
            return Vec::new();
        }
        let mut verdict = self.classifier.classify_article(article);
        let text = &article.text;
        let clean = self
            .wanted
            .clean
            .then(|| Cell::Text(masthead::verdict::cut(text, &verdict.boilerplate)));
        let length = if self.wanted.chars {
            in_characters(text, &mut verdict.boilerplate, []);
            text.chars().count()
        } else {
            text.len()
        };
        let mut cells = self.flat.cells(&verdict, length);
        cells.push(Cell::Spans(verdict.boilerplate));
        cells.extend(clean);
        cells
    }
}

impl Iterator for Judged {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let batch = match self.rest.take() {
            Some(batch) => batch,
            None => match self.input.next()? {
                Ok(batch) => batch,
                Err(error) => return Some(Err(error)),
            },
        };
        let rows = batch.num_rows();
        if rows > ROWS {
            self.rest = Some(batch.slice(ROWS, rows - ROWS));
        }
        Some(self.judge.batch(&batch.slice(0, rows.min(ROWS))))
    }
}

impl RecordBatchReader for Judged {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.judge.schema)
    }
}

fn of_arrow(error: ArrowError) -> PyErr {
    InputError::new_err(match error {
        ArrowError::ExternalError(error) => error.to_string(),
        error => error.to_string(),
    })
}

/// The batches of whatever Python has: of Arrow's C interface, or chunks of columns.
fn reader(data: &Bound<'_, PyAny>) -> PyResult<Reader> {
    if data.hasattr("__arrow_c_stream__")? {
        let capsule = data.call_method0("__arrow_c_stream__")?.cast_into::<PyCapsule>()?;
        let pointer = capsule.pointer_checked(Some(c"arrow_array_stream"))?;
        // SAFETY: a capsule of this name points at such a stream, which is moved out of it.
        let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.cast().as_ptr()) };
        return Ok(Box::new(reader.map_err(of_arrow)?));
    }
    if data.hasattr("__arrow_c_array__")? {
        let both = data.call_method0("__arrow_c_array__")?.cast_into::<PyTuple>()?;
        let of = both.get_item(0)?.cast_into::<PyCapsule>()?;
        let array = both.get_item(1)?.cast_into::<PyCapsule>()?;
        let of = of.pointer_checked(Some(c"arrow_schema"))?.cast::<FFI_ArrowSchema>();
        let array = array.pointer_checked(Some(c"arrow_array"))?.cast::<FFI_ArrowArray>();
        // SAFETY: capsules of these names point at such structures; the array is moved out of it.
        let data = unsafe { from_ffi(FFI_ArrowArray::from_raw(array.as_ptr()), of.as_ref()) };
        let batch = RecordBatch::from(StructArray::from(data.map_err(of_arrow)?));
        let schema = batch.schema();
        return Ok(Box::new(RecordBatchIterator::new([Ok(batch)], schema)));
    }
    Ok(Box::new(Rows::new(data)?))
}

/// All batches, judged.
pub fn table(
    core: &Core,
    py: Python<'_>,
    data: &Bound<'_, PyAny>,
    wanted: Wanted,
) -> PyResult<Table> {
    let mut judged = Judged::new(core, reader(data)?, wanted)?;
    let schema = judged.schema();
    let mut batches = Vec::new();
    // In between Python may hear of an interrupt.
    while let Some(batch) = py.detach(|| judged.next()) {
        batches.push(batch.map_err(of_arrow)?);
        py.check_signals()?;
    }
    Ok(Table { schema, batches })
}

/// Batches that are judged as they are asked for.
pub fn stream(core: &Core, data: &Bound<'_, PyAny>, wanted: Wanted) -> PyResult<Stream> {
    let judged = Judged::new(core, reader(data)?, wanted)?;
    Ok(Stream { schema: judged.schema(), reader: Mutex::new(Some(Box::new(judged))) })
}

fn names(schema: &Schema) -> Vec<String> {
    schema.fields().iter().map(|field| field.name().clone()).collect()
}

fn exported<'py>(py: Python<'py>, reader: Reader) -> PyResult<Bound<'py, PyCapsule>> {
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), c"arrow_array_stream")
}

/// A table of Arrow, for whatever reads its C interface.
#[pyclass(frozen, module = "masthead._masthead")]
pub struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    #[getter]
    fn column_names(&self) -> Vec<String> {
        names(&self.schema)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A wish, which a producer need not heed.
        drop(requested_schema);
        let batches = self.batches.clone().into_iter().map(Ok);
        exported(py, Box::new(RecordBatchIterator::new(batches, Arc::clone(&self.schema))))
    }
}

/// A stream of Arrow that can be read once.
#[pyclass(frozen, module = "masthead._masthead")]
pub struct Stream {
    schema: SchemaRef,
    reader: Mutex<Option<Reader>>,
}

#[pymethods]
impl Stream {
    #[getter]
    fn column_names(&self) -> Vec<String> {
        names(&self.schema)
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        drop(requested_schema);
        // Without the GIL, which a thread that holds the lock may be waiting for.
        let lock = || self.reader.lock().unwrap_or_else(PoisonError::into_inner).take();
        let reader = py.detach(lock);
        let once = || MastheadError::new_err("the stream was read already; make another");
        exported(py, reader.ok_or_else(once)?)
    }

    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    /// The next batch, as a table.
    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Table>> {
        let next = py.detach(|| {
            let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
            reader.as_mut().and_then(Iterator::next)
        });
        let Some(batch) = next else { return Ok(None) };
        let batches = vec![batch.map_err(of_arrow)?];
        Ok(Some(Table { schema: Arc::clone(&self.schema), batches }))
    }
}
