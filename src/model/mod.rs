//! The model: all heads in one file, the trainer that makes it, and the scorer
//! that runs an article through it.

mod card;
mod difference;
pub use difference::{Change, Difference, OneSided};

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::heads::boilerplate::BoilerplateHead;
use crate::heads::custom::LabelHead;
use crate::heads::framing::FrameSet;
use crate::heads::leaning::LeaningHead;
use crate::heads::outlet::OutletHead;
use crate::model_file::{FORMAT, Header, ModelError, Parts};

/// The default model, inside the binary.
const DEFAULT: &[u8] = include_bytes!("../../models/default.masthead");

/// Most bytes of a model file.
const MAX_BYTES: u64 = 1 << 30;

/// The names under which sets of frames are kept.
pub(crate) const FRAME_SETS: [&str; 2] = ["generic", "policy"];

/// A model: the heads that were trained, and what is known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Which lines are boilerplate.
    pub boilerplate: Option<BoilerplateHead>,
    /// Which outlet published the article.
    pub outlet: Option<OutletHead>,
    /// Which way it leans.
    pub leaning: Option<LeaningHead>,
    /// The generic frames.
    pub generic: Option<FrameSet>,
    /// The policy frames.
    pub policy: Option<FrameSet>,
    /// Columns of the user's own.
    pub labels: Vec<LabelHead>,
    /// What the file says of itself; the digest and writer are set on saving.
    pub header: Header,
}

impl Model {
    /// A model without heads.
    pub fn empty(about: serde_json::Value) -> Self {
        let header = Header {
            format: FORMAT,
            writer: env!("CARGO_PKG_VERSION").to_owned(),
            digest: String::new(),
            about,
        };
        Self {
            boilerplate: None,
            outlet: None,
            leaning: None,
            generic: None,
            policy: None,
            labels: Vec::new(),
            header,
        }
    }

    /// The model that comes with masthead.
    ///
    /// # Errors
    /// Never in a release: a test loads it.
    pub fn built_in() -> Result<Self, ModelError> {
        Self::from_bytes(DEFAULT)
    }

    /// Reads a model file.
    ///
    /// # Errors
    /// When it can't be read or is not to be believed.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
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
        Self::from_bytes(&bytes)
    }

    /// Reads the bytes of a model file.
    ///
    /// # Errors
    /// When they are not to be believed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let (parts, header, about) = Parts::from_bytes(bytes)?;
        let has = |head: &str| parts.has(head);
        let [of_generic, of_policy] = FRAME_SETS;
        let frames = |name: &str| {
            let there = has(&format!("frames.{name}.about"));
            there.then(|| FrameSet::load(name, &parts)).transpose()
        };
        let labels = || {
            let heads = (0..).map_while(|at| LabelHead::load(at, &parts).transpose());
            heads.collect::<Result<Vec<_>, _>>()
        };
        let boilerplate =
            || has("boilerplate.decide").then(|| BoilerplateHead::load(&parts)).transpose();
        let outlet = || has("outlet.join").then(|| OutletHead::load(&parts)).transpose();
        let others = || {
            let leaning = has("leaning.join").then(|| LeaningHead::load(&parts)).transpose();
            (leaning, frames(of_generic), frames(of_policy), labels())
        };
        // A short run waits for this more than for anything else. What is made of parts
        // that turn out not to be whole is let go.
        let ((is_whole, outlet), (boilerplate, (leaning, generic, policy, labels))) = rayon::join(
            || rayon::join(|| parts.is_whole(&header, &about), outlet),
            || rayon::join(boilerplate, others),
        );
        if !is_whole {
            return Err(ModelError::Digest);
        }
        Ok(Self {
            boilerplate: boilerplate?,
            outlet: outlet?,
            leaning: leaning?,
            generic: generic?,
            policy: policy?,
            labels: labels?,
            header,
        })
    }

    /// The bytes of the model's file; the same model gives the same bytes.
    ///
    /// # Errors
    /// When the parts can't be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        self.parts().to_bytes(self.header.about.clone())
    }

    /// All arrays of all heads.
    fn parts(&self) -> Parts<'_> {
        let mut parts = Parts::default();
        if let Some(head) = &self.boilerplate {
            head.store(&mut parts);
        }
        if let Some(head) = &self.outlet {
            head.store(&mut parts);
        }
        if let Some(head) = &self.leaning {
            head.store(&mut parts);
        }
        for (name, set) in FRAME_SETS.into_iter().zip([&self.generic, &self.policy]) {
            if let Some(set) = set {
                set.store(name, &mut parts);
            }
        }
        for (at, head) in self.labels.iter().enumerate() {
            head.store(at, &mut parts);
        }
        parts
    }

    /// A short name that changes with the content: the first twelve digits of
    /// the digest.
    pub fn name(&self) -> &str {
        self.header.digest.get(..12).unwrap_or("untrained")
    }
}
