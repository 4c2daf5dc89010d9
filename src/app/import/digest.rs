//! The SHA-256 of a file, taken while it is read.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

/// The digest of what was read so far; stays current while the reader goes on.
#[derive(Clone, Default)]
pub(super) struct Digest(Arc<Mutex<Sha256>>);

/// A reader whose bytes are counted into a digest.
pub(super) struct Digested<R> {
    raw: R,
    digest: Digest,
}

impl Digest {
    pub(super) fn of<R>(raw: R) -> (Digested<R>, Self) {
        let digest = Self::default();
        (Digested { raw, digest: digest.clone() }, digest)
    }

    /// As `sha256sum` prints it.
    pub(super) fn hex(&self) -> String {
        let hash = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let bytes: [u8; 32] = hash.finalize().into();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl<R: Read> Read for Digested<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.raw.read(into)?;
        self.digest.0.lock().unwrap_or_else(PoisonError::into_inner).update(&into[..n]);
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_sha256sum_prints() {
        let (mut raw, digest) = Digest::of(&b"abc"[..]);
        io::copy(&mut raw, &mut io::sink()).unwrap();
        assert_eq!(digest.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
