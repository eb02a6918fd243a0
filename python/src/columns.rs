//! Plain Python rows as batches: chunks of columns, each a list of values.

use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, RecordBatchReader, StringArray,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use pyo3::exceptions::PyStopIteration;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList};

use crate::InputError;

/// Batches from an iterator of dicts of lists; the first tells columns and types.
pub struct Rows {
    chunks: Py<PyAny>,
    first: Option<RecordBatch>,
    schema: SchemaRef,
}

impl Rows {
    pub fn new(chunks: &Bound<'_, PyAny>) -> PyResult<Self> {
        let first = next(chunks, None)?;
        let first = first.ok_or_else(|| InputError::new_err("the data has no row"))?;
        let schema = first.schema();
        Ok(Self { chunks: chunks.clone().unbind(), first: Some(first), schema })
    }
}

impl Iterator for Rows {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(first) = self.first.take() {
            return Some(Ok(first));
        }
        Python::attach(|py| {
            let batch = next(self.chunks.bind(py), Some(&self.schema));
            batch.map_err(|error| ArrowError::ExternalError(error.into())).transpose()
        })
    }
}

impl RecordBatchReader for Rows {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

fn next(chunks: &Bound<'_, PyAny>, schema: Option<&SchemaRef>) -> PyResult<Option<RecordBatch>> {
    let chunk = match chunks.call_method0("__next__") {
        Err(error) if error.is_instance_of::<PyStopIteration>(chunks.py()) => return Ok(None),
        chunk => chunk?.cast_into::<PyDict>()?,
    };
    let mut fields = Vec::new();
    let mut arrays = Vec::new();
    for (name, values) in chunk {
        let (name, values) = (name.extract::<String>()?, values.cast_into::<PyList>()?);
        let known = schema.and_then(|schema| schema.field_with_name(&name).ok());
        let of = known.map_or_else(|| type_of(&values), |field| field.data_type().clone());
        let array = array(&values, &of).map_err(|error| {
            InputError::new_err(format!(
                "column {name}: a value is not {of} as the first are: {error}"
            ))
        })?;
        fields.push(Field::new(name, of, true));
        arrays.push(array);
    }
    let schema = schema.cloned().unwrap_or_else(|| Arc::new(Schema::new(fields)));
    let batch = RecordBatch::try_new(schema, arrays);
    batch.map(Some).map_err(|error| InputError::new_err(error.to_string()))
}

/// The type of a column by its values.
fn type_of(values: &Bound<'_, PyList>) -> DataType {
    let known: Vec<_> = values.iter().filter(|value| !value.is_none()).collect();
    let all = |is: &dyn Fn(&Bound<'_, PyAny>) -> bool| !known.is_empty() && known.iter().all(is);
    let is_bool = |value: &Bound<'_, PyAny>| value.is_instance_of::<PyBool>();
    let is_int = |value: &Bound<'_, PyAny>| value.is_instance_of::<PyInt>() && !is_bool(value);
    if all(&is_bool) {
        DataType::Boolean
    } else if all(&is_int) {
        DataType::Int64
    } else if all(&|value| is_int(value) || value.is_instance_of::<PyFloat>()) {
        DataType::Float64
    } else {
        DataType::Utf8
    }
}

fn array(values: &Bound<'_, PyList>, of: &DataType) -> PyResult<ArrayRef> {
    fn all<'py, T>(
        values: &Bound<'py, PyList>,
        get: impl Fn(&Bound<'py, PyAny>) -> PyResult<T>,
    ) -> PyResult<Vec<Option<T>>> {
        values
            .iter()
            .map(|value| if value.is_none() { Ok(None) } else { get(&value).map(Some) })
            .collect()
    }
    Ok(match of {
        DataType::Boolean => {
            Arc::new(BooleanArray::from(all(values, |value| value.extract::<bool>())?))
        }
        DataType::Int64 => Arc::new(Int64Array::from(all(values, |value| value.extract::<i64>())?)),
        DataType::Float64 => {
            Arc::new(Float64Array::from(all(values, |value| value.extract::<f64>())?))
        }
        _ => {
            let text = |value: &Bound<'_, PyAny>| value.str()?.extract::<String>();
            Arc::new(StringArray::from(all(values, text)?)) as ArrayRef
        }
    })
}
