//! Record batches out: rows with what was found, typed, as Parquet or Arrow.

#[cfg(feature = "parquet")]
pub use with_parquet::{TableWriter, arrays_of, fields_of};
#[cfg(not(feature = "parquet"))]
pub use without_parquet::TableWriter;

#[cfg(not(feature = "parquet"))]
mod without_parquet {
    use std::path::Path;

    use super::super::{Column, CorpusError, Format, Row, Written};

    /// A writer of tables; there is none where masthead was built without Parquet.
    #[derive(Debug)]
    pub struct TableWriter(std::convert::Infallible);

    impl TableWriter {
        /// A writer of Parquet or Arrow.
        ///
        /// # Errors
        /// Always, as masthead was built without either.
        pub fn new(_: Format, _: Vec<Column>, _: String) -> Result<Self, CorpusError> {
            let reason = "Parquet and Arrow can't be written, which this masthead was built \
                          without; build it with cargo build --release --features parquet, or \
                          write CSV or JSONL";
            Err(CorpusError::unusable("the results", reason, None))
        }

        /// Settles the columns by the first row.
        ///
        /// # Errors
        /// When a column can't be written.
        pub fn begin(&mut self, _: &Row) -> Result<(), CorpusError> {
            match self.0 {}
        }

        /// Goes on with a file that an earlier run left unfinished.
        ///
        /// # Errors
        /// When it can't be read.
        pub fn go_on(&mut self, _: &Path) -> Result<(), CorpusError> {
            match self.0 {}
        }

        /// Adds rows; the bytes that are whole now.
        ///
        /// # Errors
        /// When the rows don't fit.
        pub fn rows(&mut self, _: &[Row], _: Vec<Written>) -> Result<Vec<u8>, CorpusError> {
            match self.0 {}
        }

        /// The bytes that end the file.
        ///
        /// # Errors
        /// When they can't be made.
        pub fn finish(&mut self) -> Result<Vec<u8>, CorpusError> {
            match self.0 {}
        }
    }
}

#[cfg(feature = "parquet")]
mod with_parquet {
    use std::path::Path;
    use std::sync::Arc;

    use arrow_array::builder::{StringBuilder, StringDictionaryBuilder};
    use arrow_array::types::Int32Type;
    use arrow_array::{
        Array, ArrayRef, BooleanArray, Float32Array, Int32Array, ListArray, RecordBatch,
        StringArray, StructArray,
    };
    use arrow_buffer::OffsetBuffer;
    use arrow_cast::{CastOptions, cast_with_options};
    use arrow_ipc::writer::FileWriter;
    use arrow_schema::{ArrowError, DataType, Field, Fields, Metadata, Schema};
    use arrow_select::interleave::interleave;

    use super::super::batch_row::BatchRow;
    use super::super::error::listed;
    use super::super::row_groups::RowGroups;
    use super::super::{
        Cell, Column, ColumnType, CorpusError, Format, Original, Remedy, Row, Written,
    };

    /// The key of a file's metadata under which masthead says what made it.
    const METADATA: &str = "masthead";

    /// Writes rows as a table whose columns are those of the first row and the new ones.
    #[derive(Debug)]
    pub struct TableWriter {
        format: Format,
        columns: Vec<Column>,
        metadata: String,
        /// There from the first row on: the columns of the input, and those of the table.
        input: Fields,
        file: Option<File>,
    }

    enum File {
        Parquet(Box<RowGroups>),
        Arrow(Box<FileWriter<Vec<u8>>>),
    }

    impl std::fmt::Debug for File {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("File").finish_non_exhaustive()
        }
    }

    impl TableWriter {
        /// A writer that adds these columns, and `metadata` to the file.
        ///
        /// # Errors
        /// None; where masthead was built without Parquet, always.
        pub fn new(
            format: Format,
            columns: Vec<Column>,
            metadata: String,
        ) -> Result<Self, CorpusError> {
            Ok(Self { format, columns, metadata, input: Fields::empty(), file: None })
        }

        /// Settles the columns by the first row; does nothing when settled.
        ///
        /// # Errors
        /// When a column can't be written in this format.
        pub fn begin(&mut self, first: &Row) -> Result<(), CorpusError> {
            if self.file.is_some() {
                return Ok(());
            }
            match &first.original {
                Original::Batch(row) => {
                    let schema = row.batch.schema();
                    self.settle(schema.fields.clone(), schema.metadata.clone())
                }
                _ => {
                    let field = |name| Field::new(name, DataType::Utf8, true);
                    let fields = first.columns().into_iter().map(field).collect();
                    self.settle(fields, Default::default())
                }
            }
        }

        fn settle(&mut self, input: Fields, mut metadata: Metadata) -> Result<(), CorpusError> {
            let dictionary = self.format == Format::Parquet;
            let input = input.iter().map(|field| match field.data_type() {
                // An Arrow file has one dictionary a column, and the next batch has another.
                DataType::Dictionary(_, of) if !dictionary => {
                    Arc::new(field.as_ref().clone().with_data_type(of.as_ref().clone()))
                }
                _ => Arc::clone(field),
            });
            let input: Fields = input.collect();
            let ours = fields_of(&self.columns, dictionary).into_iter().map(Arc::new);
            let fields: Vec<_> = input.iter().cloned().chain(ours).collect();
            metadata.insert(METADATA, self.metadata.clone());
            let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
            self.file = Some(match self.format {
                Format::Parquet => File::Parquet(RowGroups::new(schema).into()),
                _ => {
                    let writer = FileWriter::try_new(Vec::new(), &schema).map_err(unwritten)?;
                    File::Arrow(writer.into())
                }
            });
            self.input = input;
            Ok(())
        }

        /// Goes on after the row groups of a file that an earlier run left unfinished.
        ///
        /// # Errors
        /// When it can't be read, or is of a format that can't be gone on with.
        pub fn go_on(&mut self, unfinished: &Path) -> Result<(), CorpusError> {
            match &mut self.file {
                Some(File::Parquet(groups)) => groups.go_on(unfinished),
                _ => Err(CorpusError::NotResumable {
                    file: unfinished.display().to_string(),
                    reason: "Arrow files can't be added to, Parquet files can",
                }),
            }
        }

        /// Adds rows with what was found; the bytes that are whole now, often none.
        ///
        /// # Errors
        /// When a row has a column that the first has not, or of another type.
        pub fn rows(
            &mut self,
            rows: &[Row],
            written: Vec<Written>,
        ) -> Result<Vec<u8>, CorpusError> {
            let Some(first) = rows.first() else { return Ok(Vec::new()) };
            self.begin(first)?;
            let mut arrays = input_arrays(&self.input, rows, &written)?;
            let cells = written.into_iter().map(|written| written.cells);
            let dictionary = self.format == Format::Parquet;
            arrays.extend(arrays_of(&self.columns, cells.collect(), dictionary));
            match &mut self.file {
                Some(File::Parquet(groups)) => groups.add(arrays),
                Some(File::Arrow(file)) => {
                    let batch = RecordBatch::try_new(file.schema().clone(), arrays);
                    batch.and_then(|batch| file.write(&batch)).map_err(unwritten)?;
                    Ok(std::mem::take(file.get_mut()))
                }
                None => Ok(Vec::new()),
            }
        }

        /// The bytes that end the file.
        ///
        /// # Errors
        /// When the columns can't be written in this format.
        pub fn finish(&mut self) -> Result<Vec<u8>, CorpusError> {
            if self.file.is_none() {
                self.settle(Fields::empty(), Default::default())?;
            }
            match &mut self.file {
                Some(File::Parquet(groups)) => groups.finish(),
                Some(File::Arrow(file)) => {
                    file.finish().map_err(unwritten)?;
                    Ok(std::mem::take(file.get_mut()))
                }
                None => Ok(Vec::new()),
            }
        }
    }

    pub(in crate::corpus) fn unwritten(error: impl std::fmt::Display) -> CorpusError {
        CorpusError::unusable("the results", format!("can't be written: {error}"), None)
    }

    /// The fields of spans.
    fn span_fields() -> Fields {
        use DataType::{Float32, Int32, Utf8};
        let of = |(name, of)| Field::new(name, of, false);
        [("start", Int32), ("end", Int32), ("kind", Utf8), ("probability", Float32)]
            .map(of)
            .into_iter()
            .collect()
    }

    /// Columns of ours as Arrow describes them, labels in dictionaries where those are wanted.
    pub fn fields_of(columns: &[Column], dictionary: bool) -> Vec<Field> {
        columns.iter().map(|column| field(column, dictionary)).collect()
    }

    fn field(column: &Column, dictionary: bool) -> Field {
        let of = match column.of {
            ColumnType::Label if dictionary => {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
            }
            ColumnType::Label | ColumnType::Text => DataType::Utf8,
            ColumnType::Number => DataType::Float32,
            ColumnType::Flag => DataType::Boolean,
            ColumnType::Spans => {
                let item = Field::new("item", DataType::Struct(span_fields()), false);
                DataType::List(Arc::new(item))
            }
        };
        Field::new(&column.name, of, true)
    }

    /// The cells of rows as a column each, labels in dictionaries where those are wanted.
    ///
    /// ```
    /// use masthead::corpus::{Cell, Column, ColumnType, arrays_of};
    /// let columns = [Column { name: "leaning_p_left".to_owned(), of: ColumnType::Number }];
    /// let arrays = arrays_of(&columns, vec![vec![Cell::Number(0.5)], vec![Cell::Null]], true);
    /// assert_eq!((arrays[0].len(), arrays[0].null_count()), (2, 1));
    /// ```
    pub fn arrays_of(columns: &[Column], rows: Vec<Vec<Cell>>, dictionary: bool) -> Vec<ArrayRef> {
        let all = columns.iter().enumerate();
        all.map(|(at, column)| array(column, rows.iter().map(|row| row.get(at)), dictionary))
            .collect()
    }

    fn array<'c>(
        column: &Column,
        cells: impl Iterator<Item = Option<&'c Cell>>,
        dictionary: bool,
    ) -> ArrayRef {
        let text = |cell: Option<&'c Cell>| match cell {
            Some(Cell::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        match column.of {
            ColumnType::Label if dictionary => {
                let mut labels = StringDictionaryBuilder::<Int32Type>::new();
                cells.for_each(|cell| labels.append_option(text(cell)));
                Arc::new(labels.finish())
            }
            ColumnType::Label | ColumnType::Text => {
                let mut texts = StringBuilder::new();
                cells.for_each(|cell| texts.append_option(text(cell)));
                Arc::new(texts.finish())
            }
            ColumnType::Number => Arc::new(Float32Array::from_iter(cells.map(|cell| match cell {
                Some(Cell::Number(number)) => Some(*number),
                _ => None,
            }))),
            ColumnType::Flag => Arc::new(BooleanArray::from_iter(cells.map(|cell| match cell {
                Some(Cell::Flag(flag)) => Some(*flag),
                _ => None,
            }))),
            ColumnType::Spans => {
                let lists: Vec<_> = cells
                    .map(|cell| match cell {
                        Some(Cell::Spans(spans)) => Some(spans.as_slice()),
                        _ => None,
                    })
                    .collect();
                let lengths = lists.iter().map(|list| list.map_or(0, <[_]>::len));
                let lengths = OffsetBuffer::from_lengths(lengths);
                let nulls = lists.iter().map(Option::is_some).collect::<Vec<_>>().into();
                let all = || lists.iter().flatten().copied().flatten();
                let children: Vec<ArrayRef> = vec![
                    Arc::new(Int32Array::from_iter_values(all().map(|span| span.start as i32))),
                    Arc::new(Int32Array::from_iter_values(all().map(|span| span.end as i32))),
                    Arc::new(StringArray::from_iter_values(all().map(|span| &span.kind))),
                    Arc::new(Float32Array::from_iter_values(all().map(|span| span.probability))),
                ];
                let spans = StructArray::new(span_fields(), children, None);
                let item = Field::new("item", DataType::Struct(span_fields()), false);
                Arc::new(ListArray::new(Arc::new(item), lengths, Arc::new(spans), Some(nulls)))
            }
        }
    }

    /// Where the rows of one column are: arrays, and for each row which of them and where in it.
    #[derive(Default)]
    struct Places<'r> {
        batches: Vec<&'r Arc<RecordBatch>>,
        rows: Vec<(usize, usize)>,
        /// Rows that are of no batch, as texts by name.
        texts: Vec<Vec<(std::borrow::Cow<'r, str>, std::borrow::Cow<'r, str>)>>,
    }

    impl<'r> Places<'r> {
        fn of(rows: &'r [Row]) -> Self {
            let mut places = Self::default();
            for row in rows {
                let Original::Batch(BatchRow { batch, at }) = &row.original else {
                    places.rows.push((usize::MAX, places.texts.len()));
                    places.texts.push(row.cells());
                    continue;
                };
                if !places.batches.last().is_some_and(|last| Arc::ptr_eq(last, batch)) {
                    places.batches.push(batch);
                }
                places.rows.push((places.batches.len() - 1, *at));
            }
            let last = places.batches.len();
            places.rows.iter_mut().for_each(|(of, _)| *of = (*of).min(last));
            places
        }

        /// The values of a column, of its type.
        fn column(&self, field: &Field) -> Result<ArrayRef, ArrowError> {
            let of = field.data_type();
            let mut arrays = Vec::with_capacity(self.batches.len() + 1);
            for batch in &self.batches {
                arrays.push(match batch.column_by_name(field.name()) {
                    Some(array) => cast_as(array, of)?,
                    None => arrow_array::new_null_array(of, batch.num_rows()),
                });
            }
            if !self.texts.is_empty() {
                let value = |row: &Vec<(_, std::borrow::Cow<'r, str>)>| {
                    let named = row.iter().find(|(name, _)| name == field.name());
                    named.map(|(_, value)| value.to_string())
                };
                let texts: StringArray = self.texts.iter().map(value).collect();
                arrays.push(cast_as(&(Arc::new(texts) as ArrayRef), of)?);
            }
            let first = self.rows.first().copied().unwrap_or_default();
            let is_run = (0..).zip(&self.rows).all(|(at, row)| *row == (first.0, first.1 + at));
            if is_run && arrays.len() == 1 {
                return Ok(arrays[0].slice(first.1, self.rows.len()));
            }
            let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
            interleave(&arrays, &self.rows)
        }
    }

    fn cast_as(array: &ArrayRef, of: &DataType) -> Result<ArrayRef, ArrowError> {
        if array.data_type() == of {
            return Ok(Arc::clone(array));
        }
        cast_with_options(array, of, &CastOptions { safe: false, ..CastOptions::default() })
    }

    /// The columns that the rows came with, a replaced text in its place.
    fn input_arrays(
        input: &Fields,
        rows: &[Row],
        written: &[Written],
    ) -> Result<Vec<ArrayRef>, CorpusError> {
        let file = &rows[0].file;
        let places = Places::of(rows);
        let of_batches = places.batches.iter().flat_map(|batch| batch.schema_ref().fields().iter());
        let of_batches = of_batches.map(|field| field.name().as_str());
        let of_texts = places.texts.iter().flatten().map(|(name, _)| name.as_ref());
        if let Some(name) = of_batches.chain(of_texts).find(|name| input.find(name).is_none()) {
            return Err(CorpusError::NoColumn {
                file: file.to_string(),
                column: name.to_owned(),
                have: listed(input.iter().map(|field| field.name().as_str())),
                nearest: None,
                remedy: Some(Remedy::JsonOutput),
            });
        }
        let replaces = written.iter().any(|written| written.text.is_some());
        let column = |field: &Arc<Field>| {
            if !replaces || rows.iter().all(|row| *row.text_column != **field.name()) {
                return places.column(field);
            }
            let texts = rows.iter().zip(written);
            let texts: StringArray = texts
                .map(|(row, written)| written.text.as_ref().or(Some(&row.article.text)))
                .collect();
            cast_as(&(Arc::new(texts) as ArrayRef), field.data_type())
        };
        let array = |field: &Arc<Field>| {
            column(field).map_err(|error| {
                let name = field.name();
                let reason = format!("column {name} does not fit the first file's: {error}");
                CorpusError::unusable(&**file, reason, Remedy::JsonOutput)
            })
        };
        input.iter().map(array).collect()
    }
}
