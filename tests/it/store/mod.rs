//! The store under everything that happens to it: killed, crowded, full, copied, tampered with, met by other stores.

mod admit;
mod backup;
mod crowd;
mod full;
mod kill;
mod meet;
mod opening;
mod sites;
mod views;
