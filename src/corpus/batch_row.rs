//! A row of a record batch, as Parquet and Arrow files hold them.

/// A row of a record batch; there is none where masthead was built without Parquet.
#[cfg(not(feature = "parquet"))]
#[derive(Debug, Clone, PartialEq)]
pub struct BatchRow(std::convert::Infallible);

#[cfg(not(feature = "parquet"))]
impl BatchRow {
    /// The names of its columns.
    pub fn names(&self) -> Vec<String> {
        match self.0 {}
    }

    /// Its values as texts.
    pub fn cells(&self) -> Vec<String> {
        match self.0 {}
    }

    /// It as one JSON object.
    pub fn json(&self) -> String {
        match self.0 {}
    }
}

#[cfg(feature = "parquet")]
pub use with_parquet::BatchRow;
#[cfg(feature = "parquet")]
pub(super) use with_parquet::texts;

#[cfg(feature = "parquet")]
mod with_parquet {
    use std::sync::Arc;

    use arrow_array::cast::AsArray;
    use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
    use arrow_cast::cast;
    use arrow_json::LineDelimitedWriter;
    use arrow_json::writer::{LineDelimited, WriterBuilder};
    use arrow_schema::{ArrowError, DataType, Field};

    /// A row of a record batch.
    #[derive(Debug, Clone, PartialEq)]
    pub struct BatchRow {
        pub(in crate::corpus) batch: Arc<RecordBatch>,
        pub(in crate::corpus) at: usize,
    }

    impl BatchRow {
        /// The names of its columns.
        pub fn names(&self) -> Vec<String> {
            self.batch.schema_ref().fields().iter().map(|field| field.name().clone()).collect()
        }

        /// Its values as texts, what can't be said as one empty.
        pub fn cells(&self) -> Vec<String> {
            let cell = |column: &ArrayRef| {
                let texts = texts(&column.slice(self.at, 1), ";").ok()?;
                texts.iter().next().flatten().map(str::to_owned)
            };
            self.batch.columns().iter().map(|column| cell(column).unwrap_or_default()).collect()
        }

        /// It as one JSON object, without values that JSON can't say.
        pub fn json(&self) -> String {
            let row = self.batch.slice(self.at, 1);
            let written = line(&row).or_else(|_| {
                let sayable = |at: &usize| row.project(&[*at]).is_ok_and(|one| line(&one).is_ok());
                let columns: Vec<usize> = (0..row.num_columns()).filter(sayable).collect();
                line(&row.project(&columns)?)
            });
            written.unwrap_or_else(|_| "{}".to_owned())
        }
    }

    fn line(row: &RecordBatch) -> Result<String, ArrowError> {
        let builder = WriterBuilder::new().with_explicit_nulls(true);
        let mut writer: LineDelimitedWriter<_> = builder.build::<_, LineDelimited>(Vec::new());
        writer.write(row)?;
        let bytes = writer.into_inner();
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    }

    /// The values of a column as texts, those of lists with `between` them; what can't be said
    /// as a text is null.
    pub(in crate::corpus) fn texts(
        column: &ArrayRef,
        between: &str,
    ) -> Result<StringArray, ArrowError> {
        use DataType::{FixedSizeList, LargeList, LargeListView, List, ListView};
        let is_list = matches!(
            column.data_type(),
            List(_) | LargeList(_) | ListView(_) | LargeListView(_) | FixedSizeList(..)
        );
        if !is_list {
            return Ok(cast(column, &DataType::Utf8)?.as_string::<i32>().clone());
        }
        let item = Arc::new(Field::new("item", DataType::Utf8, true));
        let lists = cast(column, &List(item))?;
        let joined = |list: ArrayRef| {
            let all = list.as_string::<i32>().iter().flatten();
            all.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join(between)
        };
        Ok(lists.as_list::<i32>().iter().map(|list| list.map(joined)).collect())
    }
}
