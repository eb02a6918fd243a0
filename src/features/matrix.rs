//! The sparse matrix: rows of (feature, value), as linfa records.

use linfa::dataset::Records;

use super::FeatureId;

/// Compressed sparse rows of `f32`; a [`Records`] type, so that it can be
/// the records of a [`linfa::DatasetBase`].
///
/// ```
/// use masthead::features::{FeatureId, SparseRows};
/// use linfa::dataset::Records;
/// let mut rows = SparseRows::new(10);
/// rows.push([(FeatureId(3), 0.5), (FeatureId(7), 0.5)]);
/// assert_eq!((rows.nsamples(), rows.nfeatures()), (1, 10));
/// ```
#[derive(Debug, Clone, Default)]
pub struct SparseRows {
    ends: Vec<usize>,
    ids: Vec<u32>,
    values: Vec<f32>,
    columns: usize,
}

impl SparseRows {
    /// An empty matrix with `columns` columns.
    pub fn new(columns: usize) -> Self {
        Self { columns, ..Self::default() }
    }

    /// Appends a row. Ids at or past the number of columns are left out.
    pub fn push(&mut self, row: impl IntoIterator<Item = (FeatureId, f32)>) {
        for (id, value) in row {
            if (id.0 as usize) < self.columns {
                self.ids.push(id.0);
                self.values.push(value);
            }
        }
        self.ends.push(self.ids.len());
    }

    /// Appends all rows of matrices that are as wide, each of which is let go when it was copied.
    pub(crate) fn append(&mut self, parts: Vec<Self>) {
        let entries = parts.iter().map(|part| part.ids.len()).sum();
        self.ids.reserve_exact(entries);
        self.values.reserve_exact(entries);
        self.ends.reserve_exact(parts.iter().map(Self::len).sum());
        for part in parts {
            self.extend(&part);
        }
    }

    /// Appends all rows of `other`, which must be as wide.
    pub fn extend(&mut self, other: &Self) {
        debug_assert_eq!(self.columns, other.columns);
        let base = self.ids.len();
        self.ids.extend_from_slice(&other.ids);
        self.values.extend_from_slice(&other.values);
        self.ends.extend(other.ends.iter().map(|end| base + end));
    }

    /// Row `index` as ids and values.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn row(&self, index: usize) -> (&[u32], &[f32]) {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        let range = start..self.ends[index];
        (&self.ids[range.clone()], &self.values[range])
    }

    /// The rows named, in that order.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn select(&self, rows: &[usize]) -> Self {
        let mut out = Self::new(self.columns);
        for &row in rows {
            let (ids, values) = self.row(row);
            out.ids.extend_from_slice(ids);
            out.values.extend_from_slice(values);
            out.ends.push(out.ids.len());
        }
        out
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Number of columns.
    pub fn columns(&self) -> usize {
        self.columns
    }
}

impl Records for SparseRows {
    type Elem = f32;

    fn nsamples(&self) -> usize {
        self.len()
    }

    fn nfeatures(&self) -> usize {
        self.columns
    }
}
