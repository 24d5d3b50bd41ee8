//! Lets the program find libtorch where it was built against, without LD_LIBRARY_PATH.

fn main() {
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    // Clones share a target folder, and cargo tells them apart by nothing but time stamps: this does it.
    println!("cargo:rerun-if-env-changed=BROADSHEET_CHECKOUT");
    println!("cargo:rerun-if-changed=build.rs");
    match std::env::var("LIBTORCH") {
        Ok(libtorch) => println!("cargo:rustc-link-arg=-Wl,-rpath,{libtorch}/lib"),
        Err(_) => println!("cargo:warning=LIBTORCH is not set: run `make setup` first"),
    }
}
