//! The model file: named arrays in the safetensors format, with one JSON entry in its header that
//! says what the model is and carries a digest of everything else.
//!
//! A file is not believed before it is checked: the digest, the version, the
//! size and type of each array, and that every number is finite.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Version of the model format; raised when a file of an earlier version would be misread.
pub const FORMAT: u32 = 5;

/// Most bytes of a file's header. What it says takes many times its length in memory.
const MAX_HEADER: u64 = 4 << 20;

/// The key of our entry in the header.
const KEY: &str = "masthead";

/// Why a model file can't be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ModelError {
    /// It can't be read or written.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: String,
        /// The error of the system.
        source: std::io::Error,
    },
    /// Built without the default model.
    #[error("built without the default model; name a model file")]
    NoDefault,
    /// It is larger than any model.
    #[error("{file}: larger than {max} bytes, or no file; name a model file")]
    TooLarge {
        /// The file.
        file: String,
        /// Most bytes of a model.
        max: u64,
    },
    /// It is something else.
    #[error("not a masthead model ({0}); make one with masthead train")]
    Foreign(String),
    /// It was written by another version.
    #[error(
        "the model has format {found} (written by masthead {writer}), this masthead reads {FORMAT}; train it again from its data, or go on using it with masthead {writer}"
    )]
    Version {
        /// Its format.
        found: u32,
        /// The version of masthead that wrote it.
        writer: String,
    },
    /// Its bytes were changed.
    #[error(
        "the model's digest does not match its content; the file is damaged, fetch or train it again"
    )]
    Digest,
    /// A part that is needed is not there.
    #[error("the model lacks its section {0}; the file is damaged or incomplete")]
    Missing(String),
    /// It needs what a later version of masthead computes.
    #[error(
        "the model's section {section} needs the feature {feature}, which this masthead does not know; use a newer masthead"
    )]
    UnknownFeature {
        /// The section that names the feature.
        section: String,
        /// The feature.
        feature: String,
    },
    /// Sections that do not fit together, or numbers that are none.
    #[error("the model's section {0} does not fit the others; the file is damaged")]
    Inconsistent(String),
}

/// Whether a number of a model file is one, and no larger than any weight: of
/// larger ones the sums and products that make a probability are no numbers.
pub(crate) fn is_weight(value: f32) -> bool {
    value.abs() <= 1e9
}

/// What the header says of the model.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Header {
    /// Version of the format.
    pub format: u32,
    /// Version of masthead that wrote it.
    pub writer: String,
    /// BLAKE3 of the parts, in hexadecimal.
    pub digest: String,
    /// Facts about the model as JSON: data, settings, figures.
    pub about: serde_json::Value,
}

#[derive(Debug, Clone, PartialEq)]
struct Section<'a> {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Cow<'a, [u8]>,
}

/// Named arrays on their way to a file, or as they lie in the bytes of one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sections<'a>(BTreeMap<String, Section<'a>>);

impl<'a> Sections<'a> {
    fn put(&mut self, name: &str, dtype: Dtype, shape: Vec<usize>, bytes: Vec<u8>) {
        self.0.insert(name.to_owned(), Section { dtype, shape, bytes: Cow::Owned(bytes) });
    }

    /// Bytes, for small structures and small whole numbers.
    pub(crate) fn put_u8(&mut self, name: &str, bytes: Vec<u8>) {
        self.put(name, Dtype::U8, vec![bytes.len()], bytes);
    }

    /// A table of signed bytes.
    pub(crate) fn put_i8(&mut self, name: &str, shape: [usize; 2], bytes: Vec<u8>) {
        self.put(name, Dtype::I8, shape.to_vec(), bytes);
    }

    /// Whole numbers.
    pub fn put_u32(&mut self, name: &str, values: &[u32]) {
        let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.put(name, Dtype::U32, vec![values.len()], bytes);
    }

    /// Numbers.
    pub(crate) fn put_f32(&mut self, name: &str, values: &[f32]) {
        let bytes = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.put(name, Dtype::F32, vec![values.len()], bytes);
    }

    /// A small structure, as JSON: by name, so that it outlives new fields.
    pub(crate) fn put_struct<T: Serialize>(&mut self, name: &str, value: &T) {
        // Structures of ours hold nothing that JSON can't write.
        self.put_u8(name, serde_json::to_vec(value).unwrap_or_default());
    }

    fn get(&self, name: &str, dtype: Dtype) -> Result<&[u8], ModelError> {
        let part = self.0.get(name).ok_or_else(|| ModelError::Missing(name.to_owned()))?;
        if part.dtype == dtype {
            Ok(&part.bytes)
        } else {
            Err(ModelError::Inconsistent(name.to_owned()))
        }
    }

    /// Whether there is a part of that name.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Bytes.
    pub fn u8(&self, name: &str) -> Result<&[u8], ModelError> {
        self.get(name, Dtype::U8)
    }

    /// Signed bytes, as they lie.
    pub(crate) fn i8(&self, name: &str) -> Result<&[u8], ModelError> {
        self.get(name, Dtype::I8)
    }

    /// Whole numbers.
    pub fn u32(&self, name: &str) -> Result<Vec<u32>, ModelError> {
        let (chunks, _) = self.get(name, Dtype::U32)?.as_chunks::<4>();
        Ok(chunks.iter().map(|&bytes| u32::from_le_bytes(bytes)).collect())
    }

    /// Numbers, all of them weights, finite and in range.
    pub fn f32(&self, name: &str) -> Result<Vec<f32>, ModelError> {
        let (chunks, _) = self.get(name, Dtype::F32)?.as_chunks::<4>();
        let values: Vec<f32> = chunks.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        if values.iter().copied().all(is_weight) {
            Ok(values)
        } else {
            Err(ModelError::Inconsistent(name.to_owned()))
        }
    }

    /// A small structure.
    pub(crate) fn read_struct<T: DeserializeOwned>(&self, name: &str) -> Result<T, ModelError> {
        serde_json::from_slice(self.u8(name)?)
            .map_err(|_| ModelError::Inconsistent(name.to_owned()))
    }

    /// For each feature that the part `name` lists where it stands among the `known` ones. Models
    /// from before features were kept by name have the first of them.
    ///
    /// # Errors
    /// When a feature is listed that is not known, or one twice.
    pub(crate) fn feature_places<N: AsRef<str>>(
        &self,
        name: &str,
        known: &[N],
    ) -> Result<Vec<usize>, ModelError> {
        if !self.has(name) {
            return Ok((0..known.len()).collect());
        }
        let listed: Vec<String> = self.read_struct(name)?;
        let mut places = Vec::with_capacity(listed.len());
        for feature in listed {
            match known.iter().position(|known| known.as_ref() == feature) {
                Some(place) if places.contains(&place) => {
                    return Err(ModelError::Inconsistent(name.to_owned()));
                }
                Some(place) => places.push(place),
                None => {
                    let section = name.to_owned();
                    return Err(ModelError::UnknownFeature { section, feature });
                }
            }
        }
        Ok(places)
    }

    /// The languages that a part lists; English alone where there is no such part.
    pub(crate) fn languages(&self, name: &str) -> Result<Vec<String>, ModelError> {
        if self.has(name) { self.read_struct(name) } else { Ok(vec!["en".to_owned()]) }
    }

    /// The names of all parts and their bytes.
    pub fn sizes(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().map(|(name, part)| (name.as_str(), part.bytes.len()))
    }

    /// Whether a part is the same in `other`.
    pub(crate) fn is_same(&self, other: &Self, name: &str) -> bool {
        self.0.get(name) == other.0.get(name)
    }

    fn digest(&self, about: &str) -> String {
        let mut hasher = blake3::Hasher::new();
        for (name, part) in &self.0 {
            let head = format!("{name} {:?} {:?}\n", part.dtype, part.shape);
            hasher.update(head.as_bytes());
            hasher.update(&part.bytes);
        }
        hasher.update(about.as_bytes());
        hasher.finalize().to_hex().to_string()
    }

    /// The bytes of a model file; the same parts give the same bytes.
    pub fn to_bytes(&self, about: serde_json::Value) -> Result<Vec<u8>, ModelError> {
        let header = Header {
            format: FORMAT,
            writer: env!("CARGO_PKG_VERSION").to_owned(),
            digest: self.digest(&about.to_string()),
            about,
        };
        let foreign = |error: &dyn std::fmt::Display| ModelError::Foreign(error.to_string());
        let header = serde_json::to_string(&header).map_err(|e| foreign(&e))?;
        let mut views = Vec::new();
        for (name, part) in &self.0 {
            let view = TensorView::new(part.dtype, part.shape.clone(), &part.bytes)
                .map_err(|e| foreign(&e))?;
            views.push((name.clone(), view));
        }
        let about = HashMap::from([(KEY.to_owned(), header)]);
        safetensors::serialize(views, Some(about)).map_err(|e| foreign(&e))
    }

    /// Reads the bytes of a model file and checks the version; the last is what the file says of
    /// itself as it was written, by which it is whole or not.
    pub fn from_bytes(bytes: &'a [u8]) -> Result<(Self, Header, String), ModelError> {
        let foreign = |error: &dyn std::fmt::Display| ModelError::Foreign(error.to_string());
        let length = bytes.first_chunk().map_or(0, |&length| u64::from_le_bytes(length));
        if length > MAX_HEADER {
            return Err(foreign(&"its header is longer than any model's"));
        }
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|e| foreign(&e))?;
        let header = metadata
            .metadata()
            .as_ref()
            .and_then(|about| about.get(KEY))
            .ok_or_else(|| foreign(&"no masthead header"))?;
        #[derive(Deserialize)]
        struct Version {
            format: u32,
            writer: String,
        }
        // Looked at alone: another format may say other things of itself.
        let version: Version = serde_json::from_str(header).map_err(|e| foreign(&e))?;
        if version.format != FORMAT {
            return Err(ModelError::Version { found: version.format, writer: version.writer });
        }
        // As written: numbers read and written again need not be the same.
        #[derive(Deserialize)]
        struct Written<'a> {
            #[serde(borrow)]
            about: &'a serde_json::value::RawValue,
        }
        let about = serde_json::from_str::<Written<'_>>(header).map_err(|e| foreign(&e))?.about;
        let header: Header = serde_json::from_str(header).map_err(|e| foreign(&e))?;
        let tensors = SafeTensors::deserialize(bytes).map_err(|e| foreign(&e))?;
        let mut sections = Self::default();
        for (name, view) in tensors.tensors() {
            let (dtype, shape) = (view.dtype(), view.shape().to_vec());
            sections.0.insert(name, Section { dtype, shape, bytes: Cow::Borrowed(view.data()) });
        }
        Ok((sections, header, about.get().to_owned()))
    }

    /// Whether the parts are those that the header was written with.
    pub(crate) fn is_whole(&self, header: &Header, about: &str) -> bool {
        self.digest(about) == header.digest
    }
}
