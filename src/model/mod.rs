//! The model: all heads in one file, and what is known about it.

mod card;
mod difference;
pub use difference::{Change, Difference, OneSided};

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::heads::boilerplate::BoilerplateHead;
use crate::heads::{Head, HeadKind, KINDS, of_type};
use crate::model_file::{Header, ModelError, Sections};
use crate::verdict::Slot;

/// The default model, inside the binary.
#[cfg(feature = "default-model")]
const DEFAULT: Option<&[u8]> = Some(include_bytes!("../../models/default.masthead"));
#[cfg(not(feature = "default-model"))]
const DEFAULT: Option<&[u8]> = None;

/// Most bytes of a model file.
const MAX_BYTES: u64 = 1 << 30;

/// A model: the heads that were trained, and what is known about it.
#[derive(Debug, Clone, Default)]
pub struct Model {
    /// Which lines are boilerplate.
    pub boilerplate: Option<Arc<BoilerplateHead>>,
    /// The heads that judge articles, in the order in which they predict.
    pub heads: Vec<Arc<dyn Head>>,
    /// What the file says of itself; the digest and writer are set on saving.
    pub header: Header,
}

impl Model {
    /// A model without heads.
    pub fn empty(about: serde_json::Value) -> Self {
        Self { header: Header { about, ..Header::default() }, ..Self::default() }
    }

    /// The heads of one type, in order.
    pub fn of<H: Head>(&self) -> impl Iterator<Item = &H> {
        of_type(&self.heads)
    }

    /// The head with this key.
    pub fn head(&self, key: &str) -> Option<&Arc<dyn Head>> {
        self.heads.iter().find(|head| head.key() == key)
    }

    /// Adds a head; one that it has of the same key makes way, in place.
    pub fn put(&mut self, head: Arc<dyn Head>) {
        match self.heads.iter_mut().find(|own| own.key() == head.key()) {
            Some(own) => *own = head,
            None => self.heads.push(head),
        }
    }

    /// Lets go of the heads that are not named, but for those that the named ones build on; the
    /// name of one that there is not and those that there are where it can't.
    pub(crate) fn keep(&mut self, names: &[String]) -> Result<(), (String, Vec<String>)> {
        let is_named = |key: &str, name: &str| {
            let slot = Slot::of(key);
            let is_frames = matches!(slot, Slot::Frames(_));
            name == slot.name() || name == key || name == "frames" && is_frames
        };
        let keys: Vec<String> = self.heads.iter().map(|head| head.key()).collect();
        if let Some(name) = names.iter().find(|name| !keys.iter().any(|key| is_named(key, name))) {
            let known = ["boilerplate".to_owned()].into_iter().chain(keys).collect();
            return Err((name.clone(), known));
        }
        self.heads.retain(|head| {
            let key = head.key();
            !names.is_empty() && head.is_base() || names.iter().any(|name| is_named(&key, name))
        });
        Ok(())
    }

    /// The model that comes with masthead.
    ///
    /// # Errors
    /// When built without it; a test loads it.
    pub fn built_in() -> Result<Self, ModelError> {
        DEFAULT.map_or(Err(ModelError::NoDefault), Self::from_bytes)
    }

    /// As [`built_in`](Self::built_in), with these kinds of heads and without the digest: it is
    /// as whole as the program that it is a part of.
    pub(crate) fn built_in_with(kinds: &[&dyn HeadKind]) -> Result<Self, ModelError> {
        DEFAULT.map_or(Err(ModelError::NoDefault), |bytes| Self::read(bytes, kinds, true))
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// When it can't be read or is not to be believed.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        Self::open_with(path, &KINDS)
    }

    /// As [`open`](Self::open), with these kinds of heads.
    pub(crate) fn open_with(path: &Path, kinds: &[&dyn HeadKind]) -> Result<Self, ModelError> {
        let name = || path.display().to_string();
        let fail = |source| ModelError::Io { file: name(), source };
        let file = File::open(path).map_err(fail)?;
        let about = file.metadata().map_err(fail)?;
        // Neither a device without end nor a file that grows fills the memory.
        if !about.is_file() || about.len() > MAX_BYTES {
            return Err(ModelError::TooLarge { file: name(), max: MAX_BYTES });
        }
        let mut bytes = Vec::with_capacity(about.len() as usize);
        file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(fail)?;
        Self::from_bytes_with(&bytes, kinds)
    }

    /// Reads the bytes of a model file.
    ///
    /// # Errors
    /// When they are not to be believed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        Self::from_bytes_with(bytes, &KINDS)
    }

    /// As [`from_bytes`](Self::from_bytes), with these kinds of heads.
    ///
    /// # Errors
    /// When the bytes are not to be believed.
    pub fn from_bytes_with(bytes: &[u8], kinds: &[&dyn HeadKind]) -> Result<Self, ModelError> {
        Self::read(bytes, kinds, false)
    }

    /// As [`from_bytes_with`](Self::from_bytes_with); what `is_whole` for sure is not digested.
    fn read(bytes: &[u8], kinds: &[&dyn HeadKind], is_whole: bool) -> Result<Self, ModelError> {
        let (sections, header, about) = Sections::from_bytes(bytes)?;
        let boilerplate = || BoilerplateHead::load(&sections);
        let heads = || kinds.par_iter().map(|kind| kind.load(&sections)).collect::<Vec<_>>();
        // A short run waits for this more than for anything else. What is made of sections
        // that turn out not to be whole is let go.
        let (is_whole, (boilerplate, heads)) = rayon::join(
            || is_whole || sections.is_whole(&header, &about),
            || rayon::join(boilerplate, heads),
        );
        if !is_whole {
            return Err(ModelError::Digest);
        }
        let heads: Vec<Vec<Arc<dyn Head>>> = heads.into_iter().collect::<Result<_, _>>()?;
        Ok(Self {
            boilerplate: boilerplate?.map(Arc::new),
            heads: heads.into_iter().flatten().collect(),
            header,
        })
    }

    /// The bytes of the model's file; the same model gives the same bytes.
    ///
    /// # Errors
    /// When the parts can't be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        self.sections().to_bytes(self.header.about.clone())
    }

    /// All arrays of all heads.
    fn sections(&self) -> Sections<'_> {
        let mut sections = Sections::default();
        if let Some(head) = &self.boilerplate {
            head.store(&mut sections);
        }
        for head in &self.heads {
            head.store(&mut sections);
        }
        sections
    }

    /// The columns of the text and of the headline that it was trained with, where those were
    /// named.
    pub fn columns(&self) -> [Option<String>; 2] {
        ["text_column", "title_column"]
            .map(|key| self.header.about["settings"][key].as_str().map(str::to_owned))
    }

    /// The column that a head's labels were in when it was trained; `None` for the usual one.
    pub fn label_column(&self, head: &str) -> Option<&str> {
        self.header.about["settings"][format!("{head}_column")].as_str()
    }

    /// A short name that changes with the content: the first twelve digits of the digest.
    pub fn name(&self) -> &str {
        self.header.digest.get(..12).unwrap_or("untrained")
    }
}
