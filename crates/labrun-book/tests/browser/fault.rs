//! What is wrong and where, gathered over many pages, so that one run tells everything.

use std::collections::BTreeMap;

/// A fault, and the page, viewport and theme that have it.
pub(crate) struct Fault {
    pub(crate) place: String,
    pub(crate) text: String,
}

/// The faults of a place.
pub(crate) fn at(place: &str, texts: Vec<String>) -> impl Iterator<Item = Fault> + use<> {
    let place = place.to_owned();
    texts.into_iter().map(move |text| Fault {
        place: place.clone(),
        text,
    })
}

/// Each fault once, with all its places: what is wrong in one theme is mostly wrong in several.
pub(crate) fn summary(faults: &[Fault]) -> String {
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for fault in faults {
        places.entry(&fault.text).or_default().push(&fault.place);
    }
    let lines = places.iter().map(|(text, places)| {
        let more = match places.len() {
            1 => String::new(),
            all => format!(" and {} more", all - 1),
        };
        format!("{text}\n    in {}{more}", places[0])
    });
    let lines: Vec<String> = lines.collect();
    format!("{} faults\n{}", lines.len(), lines.join("\n"))
}
