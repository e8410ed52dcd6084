//! The stand-in for the telephone system, as a process.
