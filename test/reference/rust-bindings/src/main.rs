//! Prints the Rust bindings of the .did file named in the first argument, as `didc bind --target rs` makes them.

use candid_parser::{bindings::rust, configs::Configs, pretty_check_file};
use std::{env, path::Path};

fn main() {
    let file = env::args().nth(1).expect("the path of a .did file");
    let (types, actor, program) = pretty_check_file(Path::new(&file)).expect("a valid .did file");
    let config = rust::Config::new("".parse::<Configs>().expect("no configuration"));
    let (code, _) = rust::compile(&config, &types, &actor, &program, rust::ExternalConfig::default());
    print!("{code}");
}
