//! Ctrl-C and a polite kill: the run ends after the chunk at hand. A second Ctrl-C ends it at once.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Exit codes of a program that such a signal ends.
const INTERRUPTED: u8 = 130;
const TERMINATED: u8 = 143;

/// Whether the run is to end.
#[derive(Debug, Clone)]
pub struct Interrupt(Arc<AtomicUsize>);

impl Interrupt {
    /// Begins to listen.
    pub fn listen() -> io::Result<Self> {
        let twice = Arc::new(AtomicBool::new(false));
        flag::register_conditional_shutdown(SIGINT, INTERRUPTED.into(), Arc::clone(&twice))?;
        flag::register(SIGINT, twice)?;
        let code = Arc::new(AtomicUsize::new(0));
        for (signal, exit) in [(SIGINT, INTERRUPTED), (SIGTERM, TERMINATED)] {
            flag::register_usize(signal, Arc::clone(&code), exit.into())?;
        }
        Ok(Self(code))
    }

    /// The exit code, once the run is to end.
    pub fn exit_code(&self) -> Option<u8> {
        u8::try_from(self.0.load(Ordering::Relaxed)).ok().filter(|&code| code != 0)
    }
}
