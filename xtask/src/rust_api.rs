//! What the client offers in Rust, in `abi/rust-api.txt`: whatever changes there is a line in a diff.
//!
//! Macros and derives make most of it, so the source is read as the compiler expands it. Only nightly compilers have that
//! option; others take it by the variable that `cargo expand` sets.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use syn::token::Brace;
use syn::{
    Attribute, Block, Expr, Field, Fields, FnArg, Ident, ImplItem, Item, ItemImpl, Pat, Signature, Stmt,
    TraitItem, Type, UseTree, Visibility,
};

use crate::step::{cargo, output, root};

pub(crate) const PATH: &str = "abi/rust-api.txt";

const BEGIN: &str = "// What the crate mendix-deploy exports, with its default features. Made by `cargo xtask regen`.\n\
                     // `private` stands for all private fields of a struct.\n\n";

pub(crate) fn render() -> Result<String, String> {
    Ok(BEGIN.to_owned() + &listing(&expanded()?)?)
}

/// The variable is set for this one crate: for its dependencies it would mean that they are built once more.
fn expanded() -> Result<String, String> {
    let folder = root().join("target/rust-api");
    let compiler = folder.join("rustc");
    fs::create_dir_all(&folder)
        .and_then(|()| fs::write(&compiler, "#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec \"$@\"\n"))
        .map_err(|error| format!("{}: {error}", compiler.display()))?;
    output(Command::new("chmod").arg("+x").arg(&compiler))?;
    let mut rustc = cargo(&["rustc", "--quiet", "--locked", "--package", "mendix-deploy", "--lib"]);
    rustc.args(["--profile", "check", "--", "-Zunpretty=expanded"]);
    output(rustc.env("RUSTC_WORKSPACE_WRAPPER", compiler))
}

/// What the root of a crate exports, by name: the definition, what is public in it, and the traits that it has.
fn listing(source: &str) -> Result<String, String> {
    let file = syn::parse_file(source).map_err(|error| error.to_string())?;
    let mut exported = BTreeSet::new();
    for item in &file.items {
        if let Item::Use(item) = item
            && is_public(&item.vis)
        {
            names(&item.tree, &mut exported)?;
        }
    }
    let (mut definitions, mut implementations) = (Vec::new(), Vec::new());
    sort_out(file.items, &mut definitions, &mut implementations);

    let mut listed: BTreeMap<String, Listed> = BTreeMap::new();
    let mut private = BTreeSet::new();
    for (name, definition) in definitions {
        if !exported.contains(&name) {
            let is_trait = matches!(definition, Item::Trait(_));
            private.insert((name, is_trait));
        } else if listed
            .insert(name.clone(), Listed { definition: print(definition), ..Listed::default() })
            .is_some()
        {
            return Err(format!("there are two of the name {name}, which is exported"));
        }
    }
    if let Some(name) = exported.iter().find(|name| !listed.contains_key(*name)) {
        return Err(format!("{name} is exported, and was not found"));
    }
    for mut implementation in implementations {
        implementation.attrs.clear();
        let header = print(Item::Impl(ItemImpl { items: Vec::new(), ..implementation.clone() }));
        let (of_what, to_what) = header.split_once(" for ").unwrap_or(("", &header));
        let of_trait = implementation.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        let of_trait = of_trait.map(|segment| segment.ident.to_string()).unwrap_or_default();
        let words = |part: &str| -> Vec<String> {
            part.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned).collect()
        };
        // In what a trait is given, a private type may be called as another one is: Path.
        let is_private = private.contains(&(of_trait, true))
            || words(to_what).into_iter().any(|word| private.contains(&(word, false)));
        let owner = words(to_what).into_iter().chain(words(of_what)).find(|word| exported.contains(word));
        if let Some(owner) = owner.filter(|_| !is_private) {
            listed.entry(owner).or_default().add(implementation, &header);
        }
    }
    Ok(listed.into_values().map(Listed::text).collect::<Vec<_>>().join("\n"))
}

/// A name that is exported, and what belongs to it.
#[derive(Default)]
struct Listed {
    definition: String,
    /// Implementations without a trait, by their headers.
    own: BTreeMap<String, ItemImpl>,
    traits: BTreeSet<String>,
}

impl Listed {
    fn add(&mut self, mut implementation: ItemImpl, header: &str) {
        let items = std::mem::take(&mut implementation.items);
        if let Some((path, _)) = &mut implementation.trait_ {
            // However it is called: derived ones have whole paths.
            path.leading_colon = None;
            path.segments = path.segments.pop().into_iter().collect();
            // Of the compiler's own, for what is derived.
            if path.is_ident("StructuralPartialEq") || path.is_ident("TrivialClone") {
                return;
            }
            implementation.items =
                items.into_iter().filter(|item| matches!(item, ImplItem::Type(_))).collect();
            self.traits.insert(print(Item::Impl(implementation)));
        } else {
            let public = items.into_iter().filter_map(public).map(|(_, item)| item);
            self.own.entry(header.to_owned()).or_insert(implementation).items.extend(public);
        }
    }

    fn text(mut self) -> String {
        for own in self.own.values_mut() {
            own.items.sort_by_key(|item| public(item.clone()).map(|(name, _)| name));
        }
        let own =
            self.own.into_values().filter(|own| !own.items.is_empty()).map(|own| print(Item::Impl(own)));
        std::iter::once(self.definition).chain(own).chain(self.traits).collect()
    }
}

/// The names that a `pub use` brings.
fn names(tree: &UseTree, exported: &mut BTreeSet<String>) -> Result<(), String> {
    match tree {
        UseTree::Path(path) => names(&path.tree, exported),
        UseTree::Group(group) => group.items.iter().try_for_each(|tree| names(tree, exported)),
        UseTree::Name(name) => {
            exported.insert(name.ident.to_string());
            Ok(())
        }
        UseTree::Rename(_) | UseTree::Glob(_) => {
            Err("`pub use` with `as` or `*` is not read here".to_owned())
        }
    }
}

/// The definitions of all modules by their names, without what is private in them, and the implementations.
fn sort_out(items: Vec<Item>, definitions: &mut Vec<(String, Item)>, implementations: &mut Vec<ItemImpl>) {
    for mut item in items {
        let (name, attributes) = match &mut item {
            Item::Mod(module) => {
                let content = module.content.take().map(|(_, items)| items);
                sort_out(content.unwrap_or_default(), definitions, implementations);
                continue;
            }
            Item::Impl(implementation) => {
                implementations.push(implementation.clone());
                continue;
            }
            // What serde derives is in there.
            Item::Const(constant) if constant.ident == "_" => {
                if let Expr::Block(block) = &mut *constant.expr {
                    let stmts = block.block.stmts.drain(..);
                    let items =
                        stmts.filter_map(|stmt| if let Stmt::Item(item) = stmt { Some(item) } else { None });
                    sort_out(items.collect(), definitions, implementations);
                }
                continue;
            }
            Item::Struct(item) => {
                hide_private(&mut item.fields);
                (&item.ident, &mut item.attrs)
            }
            Item::Enum(item) => {
                for variant in &mut item.variants {
                    strip(&mut variant.attrs);
                    variant.fields.iter_mut().for_each(|field| strip(&mut field.attrs));
                }
                (&item.ident, &mut item.attrs)
            }
            Item::Trait(item) => {
                for item in &mut item.items {
                    if let TraitItem::Fn(function) = item {
                        strip(&mut function.attrs);
                        plain(&mut function.sig);
                        function.default = function.default.as_ref().map(|_| nothing());
                    }
                }
                (&item.ident, &mut item.attrs)
            }
            Item::Type(item) => (&item.ident, &mut item.attrs),
            Item::Const(item) => (&item.ident, &mut item.attrs),
            _ => continue,
        };
        strip(attributes);
        definitions.push((name.to_string(), item));
    }
}

/// An item of an implementation, by its name and without its body, if it is public.
fn public(mut item: ImplItem) -> Option<(String, ImplItem)> {
    let (visibility, name, attributes) = match &mut item {
        ImplItem::Fn(function) => {
            plain(&mut function.sig);
            function.block = nothing();
            (&function.vis, &function.sig.ident, &mut function.attrs)
        }
        ImplItem::Const(constant) => (&constant.vis, &constant.ident, &mut constant.attrs),
        _ => return None,
    };
    strip(attributes);
    let (is_public, name) = (is_public(visibility), name.to_string());
    is_public.then_some((name, item))
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// A struct with private fields cannot be made of its fields, whichever they are.
fn hide_private(fields: &mut Fields) {
    let hidden = Type::Infer(syn::TypeInfer {
        attrs: Vec::new(),
        underscore_token: syn::token::Underscore::default(),
    });
    fields.iter_mut().for_each(|field| strip(&mut field.attrs));
    match fields {
        Fields::Named(named) => {
            let (public, private): (Vec<Field>, Vec<Field>) =
                std::mem::take(&mut named.named).into_iter().partition(|field| is_public(&field.vis));
            named.named.extend(public);
            if let Some(mut field) = private.into_iter().next() {
                field.ident = Some(Ident::new("private", proc_macro2::Span::call_site()));
                field.ty = hidden;
                field.vis = Visibility::Inherited;
                named.named.push(field);
            }
        }
        Fields::Unnamed(unnamed) => {
            for field in unnamed.unnamed.iter_mut().filter(|field| !is_public(&field.vis)) {
                field.ty = hidden.clone();
                field.vis = Visibility::Inherited;
            }
        }
        Fields::Unit => {}
    }
}

/// Without comments and what only matters to the body.
fn strip(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attribute| {
        ["non_exhaustive", "deprecated"].iter().any(|name| attribute.path().is_ident(name))
    });
}

/// Whether a parameter is changed in the body is no concern of the caller's.
fn plain(signature: &mut Signature) {
    for input in &mut signature.inputs {
        match input {
            FnArg::Receiver(receiver) => receiver.mutability = None,
            FnArg::Typed(typed) => {
                if let Pat::Ident(name) = &mut *typed.pat {
                    name.mutability = None;
                }
            }
        }
    }
}

fn nothing() -> Block {
    Block { brace_token: Brace::default(), stmts: Vec::new() }
}

fn print(item: Item) -> String {
    prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    })
}

#[cfg(test)]
mod tests {
    use super::listing;

    const SOURCE: &str = r"
        mod a {
            /// Text.
            #[must_use]
            #[non_exhaustive]
            pub struct App { pub id: String, pub(crate) other: u8, more: Hidden }
            pub struct Hidden;
            impl App {
                pub fn second(mut self, mut name: &str) -> bool { name.is_empty() }
                fn none(&self) {}
            }
            impl App { pub fn first(&mut self) {} }
            impl ::core::fmt::Debug for App { fn fmt(&self) {} }
            impl ::core::marker::StructuralPartialEq for App {}
            impl From<App> for Hidden { fn from(_: App) -> Hidden { todo!() } }
            impl Own for App {}
            trait Own {}
            /// Of the text of something Hidden.
            impl From<App> for String { fn from(_: App) -> String { todo!() } }
            const _: () = { impl<'de> serde::Deserialize<'de> for App { fn deserialize() {} } };
        }
        mod b { pub enum Kind { /** One. */ One(u8), Two } pub trait Clock { fn now(&self) -> u64 { 0 } type At; } }
        pub use self::a::App;
        pub use self::b::{Clock, Kind};
        enum From { One }
    ";

    #[test]
    fn what_is_exported_is_listed_without_what_is_private() {
        assert_eq!(
            listing(SOURCE).unwrap(),
            "#[non_exhaustive]\npub struct App {\n    pub id: String,\n    private: _,\n}\n\
             impl App {\n    pub fn first(&mut self) {}\n    pub fn second(self, name: &str) -> bool {}\n}\n\
             impl Debug for App {}\nimpl From<App> for String {}\nimpl<'de> Deserialize<'de> for App {}\n\n\
             pub trait Clock {\n    fn now(&self) -> u64 {}\n    type At;\n}\n\n\
             pub enum Kind {\n    One(u8),\n    Two,\n}\n"
        );
    }

    #[test]
    fn a_change_of_what_is_public_is_a_changed_line() {
        let listed = listing(SOURCE).unwrap();
        let changed = |from: &str, to: &str| {
            let other = listing(&SOURCE.replacen(from, to, 1)).unwrap();
            let new = other.lines().filter(|line| !listed.lines().any(|old| old == *line));
            new.map(|line| line.trim().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(changed("name: &str", "name: String"), ["pub fn second(self, name: String) -> bool {}"]);
        assert_eq!(changed("pub id: String", "pub id: u8"), ["pub id: u8,"]);
        assert_eq!(changed("One(u8)", "One(u16)"), ["One(u16),"]);
        assert_eq!(changed("fmt::Debug", "hash::Hash"), ["impl Hash for App {}"]);
        assert_eq!(changed("fn now(&self) -> u64 { 0 }", "fn now(&self) -> u64;"), ["fn now(&self) -> u64;"]);
        // Of no concern to callers.
        for (from, to) in
            [("more: Hidden", "more: u8"), ("fn none(&self)", "fn nothing(&self)"), ("/// Text.", "")]
        {
            assert!(changed(from, to).is_empty(), "{to}");
        }
    }

    #[test]
    fn what_cannot_be_listed_is_an_error() {
        let with = |more: &str| listing(&format!("{SOURCE}{more}")).unwrap_err();
        assert!(with("pub use self::c::Gone;").contains("Gone"));
        assert!(with("mod c { struct App; }").contains("two of the name App"));
        assert!(with("pub use self::c::*;").contains("pub use"));
    }
}
