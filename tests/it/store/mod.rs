//! The store under everything that happens to it: killed, crowded, full, copied, tampered with.

mod backup;
mod crowd;
mod full;
mod kill;
mod opening;
mod views;
