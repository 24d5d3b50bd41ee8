//! The program: parse, run, write, exit code.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
