//! How the source is built: no cycles, no long files or functions, no printing library.
//!
//! **Who depends on whom.** Every `use` item and every path in `src`, in code and in the
//! tokens of macros, is followed through imports and re-exports to the file that defines
//! what it names; that file is depended upon, not the `mod.rs` that passes the name on.
//! Naming a module alone is no dependency, naming something in it is.
//!
//! **A module and its own children.** A module's file may name whatever its descendants
//! define: it is their front and is made of them, so these edges are left out. The way up
//! counts: a child that names an item of its parent's file depends on that file and on all
//! that it needs from outside its folder.
//!
//! **Folders.** In every folder its files and subfolders depend on each other as the files
//! within them do, and form no cycle either, even where no file closes one.
//!
//! Code under `#[cfg(test)]` does not count. Not seen are methods of values whose type is
//! never named, and paths within string literals.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemUse, UseTree};

const MAX_FILE_LINES: usize = 600;
const MAX_FUNCTION_LINES: usize = 80;

/// The text of each file by its path below `src`.
type Sources = BTreeMap<String, String>;

fn sources() -> Sources {
    fn read(folder: &Path, root: &Path, into: &mut Sources) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, root, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                into.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Sources::new();
    read(&root, &root, &mut sources);
    sources
}

/// A module: the file it stands in, what it defines and what it names.
#[derive(Default)]
struct Module {
    file: String,
    /// The path of the file's own module, below the root of its crate.
    place: Vec<String>,
    parent: Option<usize>,
    root: usize,
    children: BTreeMap<String, usize>,
    items: BTreeSet<String>,
    imports: BTreeMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
    paths: BTreeSet<Vec<String>>,
}

/// What a path leads to.
#[derive(Clone, Copy)]
enum Target {
    Module(usize),
    ItemOf(usize),
}

/// The modules of `lib.rs` and `main.rs`.
struct Crates<'a> {
    sources: &'a Sources,
    modules: Vec<Module>,
    library: Option<usize>,
}

impl<'a> Crates<'a> {
    fn parse(sources: &'a Sources) -> Self {
        let mut crates = Self { sources, modules: Vec::new(), library: None };
        for file in ["lib.rs", "main.rs"] {
            if sources.contains_key(file) {
                let root = crates.modules.len();
                let module = Module { file: file.to_owned(), root, ..Module::default() };
                crates.read_file(module, "");
                crates.library = crates.library.or((file == "lib.rs").then_some(root));
            }
        }
        let seen: BTreeSet<&String> = crates.modules.iter().map(|module| &module.file).collect();
        let unseen: Vec<_> = sources.keys().filter(|&file| !seen.contains(file)).collect();
        assert!(unseen.is_empty(), "no module declares {unseen:?}");
        crates
    }

    fn read_file(&mut self, module: Module, folder: &str) -> usize {
        let file = syn::parse_file(&self.sources[&module.file]).unwrap();
        self.read_items(module, &file.items, folder)
    }

    fn read_items(&mut self, module: Module, items: &[Item], folder: &str) -> usize {
        let at = self.modules.len();
        self.modules.push(module);
        for item in items.iter().filter(|item| !is_test(head(item).0)) {
            let Item::Mod(child) = item else {
                let name = head(item).1.map(ToString::to_string);
                self.modules[at].items.extend(name.into_iter().chain(spelled_out(item)));
                Names(&mut self.modules[at]).visit_item(item);
                continue;
            };
            let name = child.ident.to_string();
            let Module { file, place, root, .. } = &self.modules[at];
            let below = format!("{folder}{name}/");
            let (file, place, root) = (file.clone(), place.clone(), *root);
            let module = Module { file, place, root, parent: Some(at), ..Module::default() };
            let child = match &child.content {
                Some((_, items)) => self.read_items(module, items, &below),
                None => {
                    let files = [format!("{folder}{name}.rs"), format!("{below}mod.rs")];
                    let file = files.into_iter().find(|file| self.sources.contains_key(file));
                    let file = file.unwrap_or_else(|| panic!("{folder}{name} has no file"));
                    let place = [&module.place[..], std::slice::from_ref(&name)].concat();
                    self.read_file(Module { file, place, ..module }, &below)
                }
            };
            self.modules[at].children.insert(name, child);
        }
        at
    }

    /// What `path` leads to from within a module, if it is of these crates.
    fn resolve(&self, from: usize, path: &[String], depth: usize) -> Option<Target> {
        let mut at = Target::Module(from);
        for (nth, name) in path.iter().enumerate() {
            let Target::Module(module) = at else { return Some(at) };
            at = match name.as_str() {
                "crate" => Target::Module(self.modules[module].root),
                "self" => at,
                "super" => Target::Module(self.modules[module].parent?),
                name => {
                    let is_last = nth + 1 == path.len();
                    let found = self.find(module, name, is_last, depth);
                    let is_library = nth == 0 && name == "masthead";
                    found.or(self.library.filter(|_| is_library).map(Target::Module))?
                }
            };
        }
        Some(at)
    }

    /// What a name means in a module: at the end of a path an item, before that a module.
    fn find(&self, module: usize, name: &str, is_last: bool, depth: usize) -> Option<Target> {
        if depth > 16 {
            return None;
        }
        let Module { children, items, imports, globs, .. } = &self.modules[module];
        let child = children.get(name).map(|&child| Target::Module(child));
        let item = items.contains(name).then_some(Target::ItemOf(module));
        let import = || {
            let path = imports.get(name)?;
            // Of a module and a function with one name, an import brings both.
            let (last, before) = path.split_last()?;
            match self.resolve(module, before, depth + 1)? {
                Target::Module(within) if before.is_empty() && within == module && last == name => {
                    None
                }
                Target::Module(within) => self
                    .resolve(module, path, depth + 1)
                    .filter(|_| before.is_empty() || is_last)
                    .or_else(|| self.find(within, last, is_last, depth + 1)),
                item => Some(item),
            }
        };
        let glob = || {
            globs.iter().find_map(|path| match self.resolve(module, path, depth + 1)? {
                Target::Module(within) if within != module => {
                    self.find(within, name, is_last, depth + 1)
                }
                _ => None,
            })
        };
        let found = if is_last { item.or_else(import).or(child) } else { child.or_else(import) };
        found.or(item).or_else(glob)
    }

    /// The name of the item that a path leads to or into.
    fn item_of(&self, from: usize, path: &[String]) -> String {
        let is_item = |end| matches!(self.resolve(from, &path[..end], 0), Some(Target::ItemOf(_)));
        let end = (1..path.len()).find(|&end| is_item(end)).unwrap_or(path.len());
        path[end - 1].clone()
    }

    /// Which file names what of which other; a module's own descendants left out.
    fn edges(&self) -> Vec<(&Module, &Module, String)> {
        let mut edges = Vec::new();
        for (at, module) in self.modules.iter().enumerate() {
            for path in &module.paths {
                let Some(Target::ItemOf(other)) = self.resolve(at, path, 0) else { continue };
                let other = &self.modules[other];
                let is_same_crate = module.root == other.root;
                if !(is_same_crate && other.place.starts_with(&module.place)) {
                    edges.push((module, other, self.item_of(at, path)));
                }
            }
        }
        edges
    }
}

/// Collects what a module's code names.
struct Names<'a>(&'a mut Module);

impl Names<'_> {
    fn import(&mut self, tree: &UseTree, mut path: Vec<String>) {
        match tree {
            UseTree::Path(tree) => {
                path.push(tree.ident.to_string());
                self.import(&tree.tree, path);
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(tree, path.clone()));
            }
            UseTree::Glob(_) => self.0.globs.push(path),
            UseTree::Name(tree) => self.bind(path, tree.ident.to_string(), None),
            UseTree::Rename(tree) => {
                self.bind(path, tree.ident.to_string(), Some(tree.rename.to_string()));
            }
        }
    }

    fn bind(&mut self, mut path: Vec<String>, name: String, rename: Option<String>) {
        if name != "self" {
            path.push(name);
        }
        let Some(last) = path.last().cloned() else { return };
        self.0.paths.insert(path.clone());
        self.0.imports.insert(rename.unwrap_or(last), path);
    }

    /// The paths among the tokens of a macro.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                token => {
                    self.end(&mut path);
                    if let TokenTree::Group(group) = token {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.0.paths.insert(path.clone());
        }
        path.clear();
    }
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(head(item).0) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.import(&item.tree, Vec::new());
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|segment| segment.ident.to_string());
        self.0.paths.insert(names.collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        self.tokens(list.tokens.clone());
    }
}

/// The attributes of an item, and the name that it adds to its module.
fn head(item: &Item) -> (&[Attribute], Option<&syn::Ident>) {
    match item {
        Item::Const(item) => (&item.attrs, Some(&item.ident)),
        Item::Enum(item) => (&item.attrs, Some(&item.ident)),
        Item::Fn(item) => (&item.attrs, Some(&item.sig.ident)),
        Item::Impl(item) => (&item.attrs, None),
        Item::Macro(item) => (&item.attrs, item.ident.as_ref()),
        Item::Mod(item) => (&item.attrs, None),
        Item::Static(item) => (&item.attrs, Some(&item.ident)),
        Item::Struct(item) => (&item.attrs, Some(&item.ident)),
        Item::Trait(item) => (&item.attrs, Some(&item.ident)),
        Item::Type(item) => (&item.attrs, Some(&item.ident)),
        Item::Use(item) => (&item.attrs, None),
        _ => (&[], None),
    }
}

/// What a call of a macro defines by name, such as `enum Name`.
fn spelled_out(item: &Item) -> Vec<String> {
    let Item::Macro(call) = item else { return Vec::new() };
    let words: Vec<_> = call.mac.tokens.clone().into_iter().map(|word| word.to_string()).collect();
    let named = words.windows(2).filter(|pair| ["enum", "struct"].contains(&pair[0].as_str()));
    named.map(|pair| pair[1].clone()).collect()
}

/// Whether `#[cfg(test)]` or `#[cfg(all(test, …))]` is among the attributes.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        let condition = list.tokens.to_string();
        let is_part = condition.starts_with("all") && !condition.contains("not");
        list.path.is_ident("cfg") && (condition == "test" || is_part && condition.contains("test"))
    })
}

/// Edges with the names that make them.
type Graph = BTreeMap<(String, String), BTreeSet<String>>;

fn files(sources: &Sources) -> Graph {
    let mut graph = Graph::new();
    for (from, to, name) in Crates::parse(sources).edges() {
        graph.entry((from.file.clone(), to.file.clone())).or_default().insert(name);
    }
    graph
}

/// For every folder the graph of its files and subfolders.
fn folders(sources: &Sources) -> BTreeMap<String, Graph> {
    let mut graphs: BTreeMap<String, Graph> = BTreeMap::new();
    for (from, to, name) in Crates::parse(sources).edges() {
        let common = from.place.iter().zip(&to.place).take_while(|(a, b)| a == b).count();
        let unit = |module: &Module| match module.place.get(common) {
            Some(_) => module.place[..=common].join("/"),
            None => module.file.clone(),
        };
        let folder = from.place[..common].join("/");
        let names = graphs.entry(folder).or_default().entry((unit(from), unit(to))).or_default();
        names.insert(name);
    }
    graphs
}

/// What can be reached from a node in one step or more.
fn reached<'a>(graph: &'a Graph, start: &'a String) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![start];
    while let Some(node) = open.pop() {
        let next = graph.keys().filter(|(from, _)| from == node).map(|(_, to)| to);
        open.extend(next.filter(|&to| reached.insert(to)));
    }
    reached
}

/// The edges within strongly connected components, one a line.
fn cycles(graph: &Graph) -> Vec<String> {
    let nodes: BTreeSet<&String> = graph.keys().flat_map(|(from, to)| [from, to]).collect();
    let reach: BTreeMap<_, _> = nodes.iter().map(|&node| (node, reached(graph, node))).collect();
    let is_back = |from: &String, to: &String| reach[to].contains(from);
    let tied = graph.iter().filter(|((from, to), _)| is_back(from, to));
    tied.map(|((from, to), names)| {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        format!("{from} -> {to}: {}", names.join(", "))
    })
    .collect()
}

fn folder_cycles(sources: &Sources) -> Vec<String> {
    let graphs = folders(sources);
    let found = graphs.iter().flat_map(|(folder, graph)| {
        cycles(graph).into_iter().map(move |line| format!("in src/{folder}: {line}"))
    });
    found.collect()
}

/// Functions with their lines and calls of printing macros with theirs.
#[derive(Default)]
struct Bodies {
    functions: Vec<(String, usize, usize)>,
    prints: Vec<(String, usize)>,
}

impl Bodies {
    fn of(text: &str) -> Self {
        let mut bodies = Self::default();
        bodies.visit_file(&syn::parse_file(text).unwrap());
        bodies
    }

    fn add(&mut self, signature: &syn::Signature, whole: &impl Spanned) {
        let first = signature.span().start().line;
        self.functions.push((signature.ident.to_string(), first, whole.span().end().line));
    }
}

impl<'ast> Visit<'ast> for Bodies {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(head(item).0) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.add(&function.sig, function);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.add(&function.sig, function);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        self.add(&function.sig, function);
        visit::visit_trait_item_fn(self, function);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        let name = call.path.segments.last().unwrap().ident.to_string();
        if ["print", "println", "eprint", "eprintln", "dbg"].contains(&name.as_str()) {
            self.prints.push((name, call.path.span().start().line));
        }
    }
}

fn long_files(sources: &Sources) -> Vec<String> {
    let lines = sources.iter().map(|(file, text)| (file, text.lines().count()));
    let long = lines.filter(|&(_, lines)| lines > MAX_FILE_LINES);
    long.map(|(file, lines)| format!("src/{file}: {lines} lines")).collect()
}

fn long_functions(sources: &Sources) -> Vec<String> {
    let mut found = Vec::new();
    for (file, text) in sources {
        for (name, first, last) in Bodies::of(text).functions {
            let lines = last + 1 - first;
            if lines > MAX_FUNCTION_LINES {
                found.push(format!("src/{file}:{first}: {name} has {lines} lines"));
            }
        }
    }
    found
}

fn prints(sources: &Sources) -> Vec<String> {
    let library =
        sources.iter().filter(|(file, _)| *file != "main.rs" && !file.starts_with("cli/"));
    let prints = library.flat_map(|(file, text)| {
        let prints = Bodies::of(text).prints.into_iter();
        prints.map(move |(name, line)| format!("src/{file}:{line}: {name}!"))
    });
    prints.collect()
}

fn none(found: &[String]) {
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn no_files_of_src_need_each_other() {
    none(&cycles(&files(&sources())));
}

#[test]
fn no_folders_of_src_need_each_other() {
    none(&folder_cycles(&sources()));
}

#[test]
fn no_file_of_src_is_long() {
    none(&long_files(&sources()));
}

#[test]
fn no_function_of_src_is_long() {
    none(&long_functions(&sources()));
}

#[test]
fn the_library_prints_nothing() {
    none(&prints(&sources()));
}

#[test]
fn every_path_from_the_root_of_a_crate_is_followed() {
    let sources = sources();
    let crates = Crates::parse(&sources);
    for (at, module) in crates.modules.iter().enumerate() {
        let from_root = |path: &&Vec<String>| ["crate", "masthead"].contains(&path[0].as_str());
        for path in module.paths.iter().filter(from_root) {
            assert!(crates.resolve(at, path, 0).is_some(), "{}: {path:?}", module.file);
        }
    }
}

fn given(files: &[(&str, &str)]) -> Sources {
    files.iter().map(|&(file, text)| (file.to_owned(), text.to_owned())).collect()
}

/// The real sources with something added at the end of a file.
fn with_added(file: &str, text: &str) -> Sources {
    let mut sources = sources();
    sources.get_mut(file).unwrap().push_str(text);
    sources
}

#[test]
fn a_cycle_inserted_into_the_real_sources_is_found() {
    let before = cycles(&files(&sources()));
    let inserted = with_added("text/tokens.rs", "\nuse crate::document::Document as Inserted;\n");
    let after = cycles(&files(&inserted));
    let new: Vec<_> = after.iter().filter(|line| !before.contains(line)).collect();
    let is_inserted = |line: &String| line.starts_with("text/tokens.rs -> document");
    assert!(new.iter().any(|line| is_inserted(line)), "{new:#?}");
    assert!(folder_cycles(&inserted).iter().any(|line| line.contains("text -> document")));
}

#[test]
fn a_cycle_is_found_however_the_names_are_written() {
    let ways = [
        "use crate::a::A;",
        "use super::{a::{A as Other}};",
        "pub fn f(_: &crate::a::A) {}",
        "pub fn f() { let _ = vec![crate::a::A]; }",
        "use super::a;\nimpl From<a::A> for B { fn from(_: a::A) -> Self { B } }",
        "use super::a::*;\npub fn f(_: A) {}",
        "pub fn f() { use crate::front::A; let _ = A; }",
        "pub use crate::front::inner::A;",
    ];
    for way in ways {
        let sources = given(&[
            (
                "lib.rs",
                "pub mod a; pub mod b; pub mod front { pub use super::a::A; pub mod inner { pub use super::*; } }",
            ),
            ("a.rs", "use crate::b::B;\npub struct A;\npub fn g(_: B) {}"),
            ("b.rs", &format!("pub struct B;\n{way}")),
        ]);
        assert_eq!(cycles(&files(&sources)), ["a.rs -> b.rs: B", "b.rs -> a.rs: A"], "{way}");
    }
}

#[test]
fn a_cycle_of_folders_is_found_where_no_file_closes_it() {
    let sources = given(&[
        ("lib.rs", "mod x; mod y;"),
        ("x/mod.rs", "pub mod first; pub mod second;"),
        ("x/first.rs", "use crate::y::Y;"),
        ("x/second.rs", "pub struct Second;"),
        ("y.rs", "use crate::x::second::Second;\npub struct Y;"),
    ]);
    assert!(cycles(&files(&sources)).is_empty());
    assert_eq!(folder_cycles(&sources), ["in src/: x -> y: Y", "in src/: y -> x: Second"]);
}

#[test]
fn a_parent_may_pass_on_and_use_its_children_and_tests_may_use_what_they_like() {
    let mut files_of = vec![
        ("lib.rs", "mod x; mod y;"),
        ("x/mod.rs", "mod child; mod other; pub use child::Child; pub struct X; fn f(_: Child) {}"),
        ("x/child.rs", "use super::{X, other::Other}; pub struct Child;"),
        ("x/other.rs", "pub struct Other;\n#[cfg(test)]\nmod tests { use crate::x::Child; }"),
        ("y.rs", "use crate::x::Child; pub struct Y;"),
    ];
    assert!(cycles(&files(&given(&files_of))).is_empty());
    assert!(folder_cycles(&given(&files_of)).is_empty());
    files_of[3].1 = "use super::Child; pub struct Other;";
    let found = cycles(&files(&given(&files_of)));
    assert_eq!(found, ["x/child.rs -> x/other.rs: Other", "x/other.rs -> x/child.rs: Child"]);
}

#[test]
fn what_is_long_or_prints_is_found() {
    let long = format!("\nfn inserted() {{\n{}}}\n", "    f();\n".repeat(MAX_FUNCTION_LINES - 1));
    let found = long_functions(&with_added("text/mod.rs", &long));
    assert!(found.iter().any(|line| line.contains("inserted has 81 lines")), "{found:?}");
    let found = long_files(&with_added("text/mod.rs", &"\n".repeat(MAX_FILE_LINES)));
    assert!(found.iter().any(|line| line.starts_with("src/text/mod.rs: ")), "{found:?}");
    let found = prints(&with_added("text/mod.rs", "\nfn f() { std::println!(\"a\"); }\n"));
    assert!(found.iter().any(|line| line.starts_with("src/text/mod.rs:")), "{found:?}");
    assert!(prints(&given(&[("cli/a.rs", "fn f() { println!(); }")])).is_empty());
}
