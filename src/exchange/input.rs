//! Bytes from outside as UTF-8: unpacked, decoded, counted, and never more of one record in memory than a limit.

use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Decoder, Encoding, UTF_8, WINDOWS_1252};
use flate2::read::MultiGzDecoder;

/// The most that one record may take in the decoded text, in bytes.
pub(super) const RECORD: u64 = 4 << 20;

/// How much of the start [`Input::peek`] can show, in bytes.
const WINDOW: usize = 64 << 10;

/// Something that bytes come from, on any thread.
pub(super) type Bytes = Box<dyn Read + Send>;

/// What was read so far; a copy of it can be watched from another thread.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    bytes: Arc<AtomicU64>,
    rows: Arc<AtomicU64>,
}

impl Tally {
    /// Bytes taken from the file, as they lie there: packed ones for a packed file.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Rows, log events or JSON records read, good and bad.
    pub fn rows(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    pub(super) fn row(&self) {
        self.rows.fetch_add(1, Ordering::Relaxed);
    }
}

/// Decoded text with its line number. A record starts at [`mark`](Self::mark); reading on past the limit is an error.
pub(super) struct Input {
    inner: Bytes,
    buffer: Vec<u8>,
    at: usize,
    line: u64,
    used: u64,
    limit: u64,
    /// A fault met while peeking; told when reading gets there.
    fault: Option<io::Error>,
}

impl Input {
    /// Unpacks gzip by its first bytes and decodes to UTF-8: by byte order mark, else as `encoding` if told, else
    /// by the first character beyond ASCII (UTF-8 if it is valid, windows-1252 if not).
    pub(super) fn open(raw: Bytes, encoding: Option<&'static Encoding>, tally: &Tally) -> io::Result<Self> {
        let counted = Counted { inner: raw, bytes: Arc::clone(&tally.bytes) };
        let (magic, plain) = start(Box::new(BufReader::new(counted)), 2)?;
        let unpacked: Bytes =
            if magic == [0x1f, 0x8b] { Box::new(MultiGzDecoder::new(BufReader::new(plain))) } else { plain };
        let (head, text) = start(unpacked, 3)?;
        let (encoding, mark) = match Encoding::for_bom(&head) {
            Some((found, length)) => (Some(found), length),
            None => (encoding, 0),
        };
        let decoder = encoding.map(Encoding::new_decoder_without_bom_handling);
        let mut inner = Utf8 { inner: text, decoder, raw: Vec::new(), out: Vec::new(), at: 0, ended: false };
        inner.skip(mark)?;
        Ok(Self { inner: Box::new(inner), buffer: Vec::new(), at: 0, line: 1, used: 0, limit: RECORD, fault: None })
    }

    /// The start of the text, at most 64 KiB, without taking it.
    pub(super) fn peek(&mut self) -> &[u8] {
        let mut missing = self.inner.by_ref().take((WINDOW - self.buffer.len()) as u64);
        self.fault = missing.read_to_end(&mut self.buffer).err();
        &self.buffer[self.at..]
    }

    /// The line that the next byte stands on, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// A record starts here, so the limit counts anew.
    pub(super) fn mark(&mut self) {
        self.used = 0;
    }

    /// Another limit for one record, in bytes.
    pub(super) fn limit(&mut self, bytes: u64) {
        self.limit = bytes;
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.used > self.limit {
            let limit = self.limit >> 20;
            return Err(io::Error::other(format!(
                "one record is longer than {limit} MiB; a closing quote may be missing"
            )));
        }
        if self.at == self.buffer.len() {
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            self.at = 0;
            self.buffer.resize(WINDOW, 0);
            let read = self.inner.read(&mut self.buffer);
            self.buffer.truncate(*read.as_ref().unwrap_or(&0));
            read?;
        }
        Ok(&self.buffer[self.at..])
    }

    fn consume(&mut self, amount: usize) {
        let taken = &self.buffer[self.at..self.at + amount];
        self.line += taken.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.at += amount;
        self.used += amount as u64;
    }
}

impl Read for Input {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let held = self.fill_buf()?;
        let n = held.len().min(into.len());
        into[..n].copy_from_slice(&held[..n]);
        self.consume(n);
        Ok(n)
    }
}

/// The first bytes, and a reader that still gives all of them.
fn start(mut inner: Bytes, length: u64) -> io::Result<(Vec<u8>, Bytes)> {
    let mut head = Vec::new();
    inner.by_ref().take(length).read_to_end(&mut head)?;
    Ok((head.clone(), Box::new(Cursor::new(head).chain(inner))))
}

struct Counted {
    inner: Bytes,
    bytes: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(into)?;
        self.bytes.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Any encoding in, UTF-8 out. While no decoder is chosen, everything so far was ASCII.
struct Utf8 {
    inner: Bytes,
    decoder: Option<Decoder>,
    /// Read and not yet decoded.
    raw: Vec<u8>,
    /// Decoded and, from `at`, not yet given.
    out: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Utf8 {
    fn skip(&mut self, bytes: usize) -> io::Result<()> {
        self.inner.read_exact(&mut [0; 3][..bytes])
    }

    fn refill(&mut self) -> io::Result<()> {
        let mut chunk = [0; 16 << 10];
        let n = self.inner.read(&mut chunk)?;
        self.ended = n == 0;
        self.raw.extend_from_slice(&chunk[..n]);
        self.out.clear();
        self.at = 0;
        if self.decoder.is_none() {
            match first_beyond_ascii(&self.raw, self.ended) {
                First::Chosen(encoding) => self.decoder = Some(encoding.new_decoder_without_bom_handling()),
                First::NoneBefore(end) => self.out.extend(self.raw.drain(..end)),
            }
        }
        if let Some(decoder) = &mut self.decoder {
            let most = decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(usize::MAX);
            self.out.resize(most, 0);
            let (_, read, written, _) = decoder.decode_to_utf8(&self.raw, &mut self.out, self.ended);
            self.raw.drain(..read);
            self.out.truncate(written);
        }
        Ok(())
    }
}

impl Read for Utf8 {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.out.len() {
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let n = (self.out.len() - self.at).min(into.len());
        into[..n].copy_from_slice(&self.out[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

enum First {
    /// ASCII up to here; what follows, if anything, is cut inside a character.
    NoneBefore(usize),
    Chosen(&'static Encoding),
}

fn first_beyond_ascii(raw: &[u8], ended: bool) -> First {
    let Some(start) = raw.iter().position(|byte| !byte.is_ascii()) else { return First::NoneBefore(raw.len()) };
    let end = raw.len().min(start + 4);
    match std::str::from_utf8(&raw[start..end]) {
        Ok(_) => First::Chosen(UTF_8),
        Err(error) if error.valid_up_to() > 0 => First::Chosen(UTF_8),
        Err(error) if error.error_len().is_none() && !ended => First::NoneBefore(start),
        Err(_) => First::Chosen(WINDOWS_1252),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn decoded(raw: &[u8]) -> String {
        let mut text = String::new();
        // One byte at a time, so that every cut inside a character is met.
        let slow: Bytes = Box::new(OneByOne(raw.to_vec(), 0));
        Input::open(slow, None, &Tally::default()).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    struct OneByOne(Vec<u8>, usize);

    impl Read for OneByOne {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let Some(byte) = self.0.get(self.1) else { return Ok(0) };
            into[0] = *byte;
            self.1 += 1;
            Ok(1)
        }
    }

    #[test]
    fn every_common_encoding_reads_the_same() {
        let text = "Jüri; Åsa, “ok” €";
        let (latin, _, _) = WINDOWS_1252.encode(text);
        let utf16 = |mark: [u8; 2], bytes: fn(u16) -> [u8; 2]| {
            mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect::<Vec<u8>>()
        };
        for (name, raw) in [
            ("utf-8", text.as_bytes().to_vec()),
            ("utf-8 with mark", ["\u{feff}", text].concat().into_bytes()),
            ("utf-16le", utf16([0xff, 0xfe], u16::to_le_bytes)),
            ("utf-16be", utf16([0xfe, 0xff], u16::to_be_bytes)),
            ("windows-1252", latin.into_owned()),
        ] {
            assert_eq!(decoded(&raw), text, "{name}");
        }
        assert_eq!(decoded(b""), "");
        assert_eq!(decoded(b"caf\xe9"), "café");
    }

    #[test]
    fn gzip_is_known_by_its_first_bytes_and_counted_packed() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all("a line\n".repeat(10_000).as_bytes()).unwrap();
        let packed = packer.finish().unwrap();
        let length = packed.len() as u64;
        let tally = Tally::default();
        let mut text = String::new();
        let mut input = Input::open(Box::new(Cursor::new(packed)), None, &tally).unwrap();
        input.read_to_string(&mut text).unwrap();
        assert_eq!((text.len(), input.line(), tally.bytes()), (70_000, 10_001, length));
    }

    #[test]
    fn one_record_is_read_up_to_the_limit_only() {
        let tally = Tally::default();
        let endless: Bytes = Box::new(io::repeat(b'a').take(100 << 20));
        let mut input = Input::open(endless, None, &tally).unwrap();
        let refused = io::copy(&mut input, &mut io::sink()).unwrap_err();
        assert!(refused.to_string().contains("longer than 4 MiB"), "{refused}");
        assert!(tally.bytes() < 5 << 20);
    }
}
