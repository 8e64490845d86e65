//! What a book lets the containers of its labs do, as resolved: what is allowed beyond the built-in policy.
//!
//! The built-in policy allows nothing dangerous, every image, and ports on loopback only. Nothing here judges a lab.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::PathBuf;

/// What the labs of a book may ask of an engine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// What every lab may.
    pub all: Allowances,
    /// What single labs may as well, by their names.
    pub labs: BTreeMap<String, Allowances>,
}

/// What is allowed beyond the built-in policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowances {
    /// The images; `None` where every image is allowed.
    pub images: Option<Vec<ImagePattern>>,
    /// Addresses of the host where ports may be published, beside 127.0.0.1 and ::1.
    pub addresses: BTreeSet<IpAddr>,
    /// Capabilities that may be added.
    pub capabilities: BTreeSet<Capability>,
    /// Devices of the host, by their paths.
    pub devices: BTreeSet<PathBuf>,
    /// Namespaces of the host that a container may share.
    pub namespaces: BTreeSet<Namespace>,
    /// Folders and files of the host, with everything below them, that may be mounted.
    pub folders: BTreeSet<PathBuf>,
    /// What else is allowed.
    pub freedoms: BTreeSet<Freedom>,
}

/// An image, or with `*` at the end all images whose names begin so. Names are compared in their full form, where
/// `postgres` is `docker.io/library/postgres`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImagePattern {
    name: String,
    is_prefix: bool,
}

/// A Linux capability by its name in capitals without `CAP_`; `ALL` stands for all of them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Capability(String);

/// What a container has of its own, unless it shares the host's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Namespace {
    /// Network interfaces, ports and abstract sockets.
    Network,
    /// Processes.
    Pid,
    /// Shared memory.
    Ipc,
    /// Users.
    User,
    /// The host name.
    Uts,
    /// Control groups.
    Cgroup,
}

/// What no list has room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freedom {
    /// Everything that root may do on the machine.
    Privileged,
    /// The socket of the engine, which gives everything that the engine can do.
    EngineSocket,
    /// Without the filters on system calls and files that a container has by itself.
    Unconfined,
    /// Images that are built from the chapter's files, beside a list of images.
    Build,
}

impl Policy {
    /// What one lab may.
    pub fn of_lab(&self, name: &str) -> Allowances {
        let mut all = self.all.clone();
        if let Some(own) = self.labs.get(name) {
            all.add(own);
        }
        all
    }
}

impl Allowances {
    fn add(&mut self, more: &Self) {
        // Where every image is allowed, there is nothing to add.
        if let (Some(images), Some(more)) = (&mut self.images, &more.images) {
            images.extend(more.iter().cloned());
        }
        self.addresses.extend(&more.addresses);
        self.capabilities.extend(more.capabilities.iter().cloned());
        self.devices.extend(more.devices.iter().cloned());
        self.namespaces.extend(&more.namespaces);
        self.folders.extend(more.folders.iter().cloned());
        self.freedoms.extend(&more.freedoms);
    }

    /// Whether an image may be run.
    pub fn allows_image(&self, image: &str) -> bool {
        match &self.images {
            None => true,
            Some(patterns) => patterns.iter().any(|pattern| pattern.fits(image)),
        }
    }

    /// Whether a port may be published at an address of the host.
    pub fn allows_address(&self, address: IpAddr) -> bool {
        let built_in = [
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ];
        built_in.contains(&address) || self.addresses.contains(&address)
    }
}

impl ImagePattern {
    /// Reads `postgres:17`, `ghcr.io/me/*` or `*`; `None` where a `*` stands elsewhere, or what is no image's name.
    pub fn new(text: &str) -> Option<Self> {
        let (name, is_prefix) = match text.strip_suffix('*') {
            Some(prefix) => (prefix, true),
            None => (text, false),
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
        if !name.chars().all(is_plain) || (name.is_empty() && !is_prefix) {
            return None;
        }
        let name = match (name.is_empty(), is_prefix) {
            (true, _) => String::new(),
            (false, true) => with_registry(name),
            (false, false) => full_name(name),
        };
        Some(Self { name, is_prefix })
    }

    /// Whether an image is one of these.
    pub fn fits(&self, image: &str) -> bool {
        let image = full_name(image);
        if self.is_prefix {
            image.starts_with(&self.name)
        } else {
            image == self.name
        }
    }
}

/// The name with registry, namespace and tag, as the engine understands it.
fn full_name(image: &str) -> String {
    let name = with_registry(image);
    let last = name.rsplit('/').next().unwrap_or(&name);
    if last.contains([':', '@']) {
        return name;
    }
    format!("{name}:latest")
}

fn with_registry(name: &str) -> String {
    let first = name.split_once('/').map(|(first, _)| first);
    match first {
        None => format!("docker.io/library/{name}"),
        Some("docker.io" | "index.docker.io") => {
            let rest = name.split_once('/').map_or("", |(_, rest)| rest);
            if rest.contains('/') {
                format!("docker.io/{rest}")
            } else {
                format!("docker.io/library/{rest}")
            }
        }
        Some(first) if first.contains(['.', ':']) || first == "localhost" => name.to_owned(),
        Some(_) => format!("docker.io/{name}"),
    }
}

impl Capability {
    /// The capability of this name, written as `NET_ADMIN`, `net_admin` or `CAP_NET_ADMIN`; `None` for what is no name.
    pub fn new(name: &str) -> Option<Self> {
        let name = name.to_ascii_uppercase();
        let name = name.strip_prefix("CAP_").unwrap_or(&name);
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        is_name.then(|| Self(name.to_owned()))
    }

    /// Its name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Namespace {
    /// Every namespace with its word.
    pub const ALL: [(&'static str, Self); 6] = [
        ("network", Self::Network),
        ("pid", Self::Pid),
        ("ipc", Self::Ipc),
        ("user", Self::User),
        ("uts", Self::Uts),
        ("cgroup", Self::Cgroup),
    ];

    /// Its word.
    pub fn name(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(_, it)| *it == self).map_or("", |(name, _)| name)
    }
}

impl Freedom {
    /// Every freedom with its word.
    pub const ALL: [(&'static str, Self); 4] = [
        ("privileged", Self::Privileged),
        ("engine-socket", Self::EngineSocket),
        ("unconfined", Self::Unconfined),
        ("build", Self::Build),
    ];

    /// Its word.
    pub fn name(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(_, it)| *it == self).map_or("", |(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, fits: &[&str], others: &[&str]) {
        let pattern = ImagePattern::new(pattern).unwrap();
        for image in fits {
            assert!(pattern.fits(image), "{pattern:?} {image}");
        }
        for image in others {
            assert!(!pattern.fits(image), "{pattern:?} {image}");
        }
    }

    #[test]
    fn an_image_is_the_same_by_all_its_names() {
        let all = [
            "postgres:17",
            "library/postgres:17",
            "docker.io/postgres:17",
            "index.docker.io/library/postgres:17",
        ];
        for name in all {
            let others = [
                "postgres",
                "postgres:17.1",
                "me/postgres:17",
                "ghcr.io/library/postgres:17",
                "postgres:17@sha256:00",
            ];
            check(name, &all, &others);
        }
        check(
            "postgres",
            &["postgres:latest"],
            &["postgres:17", "postgres@sha256:00"],
        );
    }

    #[test]
    fn a_star_stands_for_whatever_follows() {
        check("*", &["a", "ghcr.io/me/a:1"], &[]);
        check(
            "postgres:*",
            &["postgres", "docker.io/postgres:17"],
            &["postgres-evil:1", "me/postgres:1"],
        );
        check(
            "ghcr.io/me/*",
            &["ghcr.io/me/a", "ghcr.io/me/b/c:2"],
            &["ghcr.io/mean/a", "me/a"],
        );
        // Without a slash it is a name in the library, never the beginning of a registry.
        check(
            "ghcr.io*",
            &["ghcr.io"],
            &["ghcr.io/me/a", "ghcr.io.example.com/a"],
        );
        for wrong in ["", "a*b", "**", "a b", "$A", "a?"] {
            assert_eq!(ImagePattern::new(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_capability_has_one_name() {
        let name = |text| Capability::new(text).map(|it| it.0);
        assert_eq!(name("cap_net_admin").as_deref(), Some("NET_ADMIN"));
        assert_eq!(name("ALL").as_deref(), Some("ALL"));
        for wrong in ["", "CAP_", "a b", "$CAP"] {
            assert_eq!(name(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_lab_has_what_all_have_and_its_own() {
        let mut policy = Policy::default();
        policy.all.freedoms.insert(Freedom::Build);
        let own = Allowances {
            images: ImagePattern::new("b").map(|pattern| vec![pattern]),
            namespaces: BTreeSet::from([Namespace::Pid]),
            ..Allowances::default()
        };
        policy.labs.insert("one".to_owned(), own);
        let one = policy.of_lab("one");
        assert!(one.freedoms.contains(&Freedom::Build) && one.namespaces.contains(&Namespace::Pid));
        assert!(one.allows_image("anything"));
        policy.all.images = Some(Vec::new());
        assert!(policy.of_lab("one").allows_image("b") && !policy.of_lab("two").allows_image("b"));
        assert!(policy.of_lab("two").namespaces.is_empty());
        assert!(
            one.allows_address([127, 0, 0, 1].into()) && !one.allows_address([0, 0, 0, 0].into())
        );
    }
}
