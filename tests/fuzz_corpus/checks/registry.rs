//! What must hold for a registry read from any bytes: rows or a reason, and
//! every outlet is found again by each of its names and domains.

use masthead::features::Directory;

use masthead::registry::Registry;

/// Checks bytes as the rows of a registry, with its header or after it.
pub fn registry(bytes: &[u8]) {
    add(bytes);
    let header = b"name,aliases,domains,country,language,ownership,kind,source\n";
    add(&[header, bytes].concat());
}

fn add(bytes: &[u8]) {
    let mut registry = Registry::default();
    // A second time rows replace those of the same names. What is refused
    // leaves the rows before it, which must hold together too.
    for _ in 0..2 {
        let _ = registry.add("fuzz.csv", bytes);
        sound(&registry);
    }
    // Names that are sought in texts are made of the registry's.
    let _ = Directory::new(registry);
}

fn sound(registry: &Registry) {
    for outlet in registry.outlets() {
        for name in std::iter::once(&outlet.name).chain(&outlet.aliases) {
            let found = registry.by_name(name).and_then(|id| registry.outlet(id));
            assert_eq!(found, Some(outlet), "by the name {name:?}");
        }
        for domain in &outlet.domains {
            for host in [domain.clone(), format!("https://www.{domain}/news?id=1")] {
                let found = registry.by_host(&host).and_then(|id| registry.outlet(id));
                assert_eq!(found, Some(outlet), "by the host {host:?}");
            }
        }
        assert!(registry.search(&outlet.name).contains(&outlet));
    }
}
