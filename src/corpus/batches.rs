//! Record batches in: the articles of Parquet and Arrow files, batch by batch.

#[cfg(feature = "parquet")]
pub(super) use with_parquet::Batches;
#[cfg(feature = "parquet")]
pub use with_parquet::articles_of;
#[cfg(not(feature = "parquet"))]
pub(super) use without_parquet::Batches;

#[cfg(not(feature = "parquet"))]
mod without_parquet {
    use super::super::batch_row::BatchRow;
    use super::super::error::Wrong;
    use super::super::{Article, CorpusError, ReadOptions, Source};

    type ReadRow = Result<(Article, BatchRow), Wrong>;

    /// Batches of rows; there are none where masthead was built without Parquet.
    pub struct Batches(std::convert::Infallible);

    impl Batches {
        pub fn open(source: &Source, _: &ReadOptions) -> Result<Self, CorpusError> {
            let reason = "is of Parquet or Arrow, which this masthead was built without; build it \
                          with cargo build --release --features parquet, or write CSV or JSONL";
            Err(CorpusError::unusable(source.name(), reason, None))
        }

        pub fn text_column(&self) -> &str {
            match self.0 {}
        }

        pub fn next(&mut self, _marked: usize) -> Result<Option<ReadRow>, CorpusError> {
            match self.0 {}
        }
    }
}

#[cfg(feature = "parquet")]
mod with_parquet {
    use std::collections::VecDeque;
    use std::fs::File;
    use std::io::{self, BufReader, Read, Seek};
    use std::sync::Arc;

    use arrow_array::{Array, RecordBatch, StringArray};
    use arrow_schema::{ArrowError, Schema, SchemaRef};
    use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader};
    use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};

    use super::super::batch_row::{BatchRow, texts};
    use super::super::columns::{Places, known};
    use super::super::error::{Wrong, too_long};
    use super::super::large_pages::LargePages;
    use super::super::messages::Messages;
    use super::super::page_sizes::{BOMB, NO_HEADER, SizedPages};
    use super::super::{Article, Columns, CorpusError, Format, ReadOptions, Remedy, Source};

    type ReadRow = Result<(Article, BatchRow), Wrong>;

    /// Most rows of a batch, and the bytes that they have in the middle.
    const ROWS: usize = 512;
    const BYTES: i64 = 4 << 20;

    /// Reads one row after another.
    pub struct Batches {
        file: String,
        batches: Box<dyn Iterator<Item = Result<RecordBatch, ArrowError>> + Send>,
        places: Places,
        text_column: String,
        max_bytes: usize,
        /// What is left of a batch that has more rows than are worked on at a time.
        rest: Option<RecordBatch>,
        rows: VecDeque<(Article, BatchRow)>,
    }

    impl Batches {
        /// Opens a file and finds its columns.
        pub fn open(source: &Source, options: &ReadOptions) -> Result<Self, CorpusError> {
            let (file, expansion) = (source.name(), options.max_expansion);
            let broken = |error: ArrowError| unreadable(&file, source.format, &error);
            let (schema, batches): (_, Box<dyn Iterator<Item = _> + Send>) = match &source.path {
                None if source.format == Format::Parquet => {
                    let reason = "Parquet can't be read from standard input; name a file, or pipe \
                                  an Arrow stream";
                    return Err(CorpusError::unusable(file, reason, Remedy::InputFormat));
                }
                None => {
                    let batches = Messages::of_stream(io::stdin(), expansion).map_err(broken)?;
                    (batches.schema(), Box::new(batches))
                }
                Some(path) => {
                    let mut stream = File::open(path).map_err(CorpusError::io(&*file))?;
                    let mut first = Vec::new();
                    let read = stream.by_ref().take(6).read_to_end(&mut first);
                    read.and_then(|_| stream.rewind()).map_err(CorpusError::io(&*file))?;
                    if first.is_empty() {
                        return Err(CorpusError::unusable(file, "is empty", None));
                    }
                    if source.format == Format::Parquet {
                        let (schema, reader) = parquet(stream, expansion).map_err(broken)?;
                        let whole = Arc::clone(&schema);
                        // A batch comes without the metadata of its file.
                        let described = move |batch: Result<RecordBatch, ArrowError>| {
                            batch?.with_schema(Arc::clone(&whole))
                        };
                        (schema, Box::new(reader.map(described)))
                    } else {
                        let batches = if first == *b"ARROW1" {
                            Messages::of_file(stream, expansion)
                        } else {
                            Messages::of_stream(BufReader::new(stream), expansion)
                        };
                        let batches = batches.map_err(broken)?;
                        (batches.schema(), Box::new(batches))
                    }
                }
            };
            let places = places(&file, &schema, &options.columns)?;
            let text_column = schema.field(places.text.unwrap_or(0)).name().clone();
            Ok(Self {
                batches,
                places,
                text_column,
                max_bytes: options.max_bytes,
                rest: None,
                rows: VecDeque::new(),
                file,
            })
        }

        pub fn text_column(&self) -> &str {
            &self.text_column
        }

        /// The next row; empty cells of label columns from `marked` on become a `;`.
        pub fn next(&mut self, marked: usize) -> Result<Option<ReadRow>, CorpusError> {
            while self.rows.is_empty() {
                let broken = |error| unreadable(&self.file, Format::Arrow, &error);
                let batch = match self.rest.take() {
                    Some(batch) => batch,
                    None => match self.batches.next() {
                        Some(batch) => batch.map_err(broken)?,
                        None => return Ok(None),
                    },
                };
                let rows = batch.num_rows();
                if rows > ROWS {
                    self.rest = Some(batch.slice(ROWS, rows - ROWS));
                }
                let batch = Arc::new(batch.slice(0, rows.min(ROWS)));
                let articles = articles(&batch, &self.places, marked).map_err(broken)?;
                let row = |(at, article)| (article, BatchRow { batch: Arc::clone(&batch), at });
                self.rows = articles.into_iter().enumerate().map(row).collect();
            }
            Ok(self.rows.pop_front().map(|row| match row.0.text.len() {
                length if length > self.max_bytes => Err(too_long(self.max_bytes)),
                _ if row.0.text.trim().is_empty() => {
                    Err((format!("column {} is empty", self.text_column), None))
                }
                _ => Ok(row),
            }))
        }
    }

    /// A reader whose batches are of a size that fits the file's rows.
    fn parquet(
        file: File,
        expansion: u64,
    ) -> Result<(SchemaRef, ParquetRecordBatchReader), ArrowError> {
        let about = ArrowReaderMetadata::load(&file, Default::default())?;
        let (schema, metadata) = (about.schema(), about.metadata());
        let sizes = metadata.row_groups().iter().map(|group| {
            let rows = group.num_rows().max(1);
            BYTES / (group.total_byte_size().max(1) / rows).max(1)
        });
        let rows = sizes.min().unwrap_or(1).clamp(1, ROWS as i64) as usize;
        let descriptor = metadata.file_metadata().schema_descr();
        let all = ProjectionMask::all();
        let levels = parquet_to_arrow_field_levels(descriptor, all, Some(schema.fields()))?;
        let file = SizedPages::new(file, expansion);
        let pages = LargePages { file, metadata: Arc::clone(metadata) };
        let reader =
            ParquetRecordBatchReader::try_new_with_row_groups(&levels, &pages, rows, None)?;
        Ok((Arc::clone(schema), reader))
    }

    fn unreadable(file: &str, format: Format, error: &ArrowError) -> CorpusError {
        let what = if format == Format::Parquet { "a Parquet file" } else { "a table" };
        let error = error.to_string();
        if error.contains(BOMB) {
            let reason =
                format!("{BOMB}, as those of a decompression bomb do; allow more if it is none");
            return CorpusError::unusable(file, reason, Remedy::MaxExpansion);
        }
        let reason = if error.contains("encrypt") && !error.contains(NO_HEADER) {
            "is encrypted; decrypt it first".to_owned()
        } else {
            let error = error.lines().next().unwrap_or_default();
            format!("can't be read as {what}: it is damaged, cut short or none ({error})")
        };
        CorpusError::unusable(file, reason, None)
    }

    fn places(file: &str, schema: &Schema, columns: &Columns) -> Result<Places, CorpusError> {
        let header: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        columns.places(file, &header)
    }

    /// The articles of a batch, one for each row; `name` is what complaints call it.
    ///
    /// # Errors
    /// When a column is missing, or is none of texts.
    pub fn articles_of(
        name: &str,
        batch: &RecordBatch,
        columns: &Columns,
    ) -> Result<Vec<Article>, CorpusError> {
        let places = places(name, batch.schema_ref(), columns)?;
        articles(batch, &places, usize::MAX)
            .map_err(|error| CorpusError::unusable(name, error.to_string(), None))
    }

    fn articles(
        batch: &RecordBatch,
        places: &Places,
        marked: usize,
    ) -> Result<Vec<Article>, ArrowError> {
        let column = |at: Option<usize>, between: &str| {
            at.map(|at| texts(batch.column(at), between)).transpose()
        };
        let text = column(places.text, "\n\n")?;
        let [title, id, url, date] =
            [places.title, places.id, places.url, places.date].map(|place| column(place, ";"));
        let (title, id, url, date) = (title?, id?, url?, date?);
        let labels = places.labels.iter().map(|&place| column(place, ";"));
        let labels: Vec<_> = labels.collect::<Result<_, _>>()?;
        fn cell(column: &Option<StringArray>, row: usize) -> Option<&str> {
            column.as_ref().filter(|column| column.is_valid(row)).map(|column| column.value(row))
        }
        let of = |column, row| cell(column, row).unwrap_or_default().to_owned();
        let known_of = |column, row| known(cell(column, row).unwrap_or_default()).to_owned();
        let article = |row| Article {
            id: of(&id, row),
            title: known_of(&title, row),
            text: of(&text, row),
            url: known_of(&url, row),
            date: known_of(&date, row),
            labels: (0..)
                .zip(&labels)
                .map(|(label, column)| match cell(column, row) {
                    Some("") if label >= marked => ";".to_owned(),
                    _ => known_of(column, row),
                })
                .collect(),
        };
        Ok((0..batch.num_rows()).map(article).collect())
    }
}
