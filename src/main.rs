//! The program: parse, run, write, exit code.

mod cli;

fn main() {
    let code = cli::main();
    // All is written and flushed. libtorch takes a tenth of a second to take itself apart at a regular exit, which is a good
    // part of the time for one article.
    // SAFETY: `_exit` ends the process and has no preconditions.
    unsafe { libc::_exit(code.into()) }
}
