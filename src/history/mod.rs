//! The history: one snapshot per commit and run, kept without a server, in a git ref of its own or in a folder.
