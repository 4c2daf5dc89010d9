//! What a desk can be asked, one question a file. Nothing here writes.

pub mod record;
