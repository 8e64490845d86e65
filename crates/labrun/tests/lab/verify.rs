//! `labrun verify` against containers that are there: what holds, what does not yet, and that it changes nothing.

use crate::harness::{Book, Ended};

#[test]
fn verify_knows_how_far_the_chapter_was_built() {
    let book = Book::chapter3();
    // Step 5 is the first `docker compose up`; what it built is kept, as a reader's own work is.
    let built = Ended::of(
        &book
            .command(&["chapter3", "--keep", "--until", "5"])
            .output()
            .unwrap(),
    );
    assert_eq!(built.code, Some(0), "{}", built.words);
    let verified = Ended::of(&book.command(&["verify", "chapter3"]).output().unwrap());
    let again = Ended::of(&book.command(&["verify", "chapter3"]).output().unwrap());
    let cleaned = Ended::of(&book.command(&["clean"]).output().unwrap());
    println!(
        "verified chapter 3 against the engine: exit code {:?}",
        verified.code
    );
    assert_eq!(verified.code, Some(1), "{}", verified.words);
    for part in [
        "✓ Container master berjalan dan sehat",
        "· Slot replikasi fisik ada di master (after step ",
        "help: ",
        // What an earlier check asked as well tells nothing of how far the reader is.
        "; comes later)",
        "not yet: 1 of 13 checks; go on with steps 6 to 15, in the section “Membuka pintu untuk replikasi”\n  step 6 ",
    ] {
        assert!(
            verified.words.contains(part),
            "{part:?} is missing in:\n{}",
            verified.words
        );
    }
    assert_eq!(verified.words, again.words, "verifying changed something");
    assert_eq!(cleaned.code, Some(0), "{}", cleaned.words);
    book.nothing_is_left("verify and clean");
}
