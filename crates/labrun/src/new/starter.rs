//! The book that somebody starts with: one lab that needs no engine and is green at once.

use std::path::PathBuf;

/// The name of its lab.
pub(super) const LAB: &str = "hello";

const SUMMARY: &str = "# Summary\n\n- [Hello](hello.md)\n";

const CHAPTER: &str = "\
# Hello

This chapter is its own test: `labrun hello` types what it says into a terminal, and compares what comes.

## A file

A fence with a path is a file that the reader writes.

```text file=names.txt
Ada
Grace
Linus
```

## A command and its output

A `sh` fence is typed, and the `text` fence below it is what must be printed.

```sh
sort -r names.txt
```

```text
Linus
Grace
Ada
```

## What varies

A value that is never the same twice has a placeholder with a type.

```sh
date -u +%FT%TZ
```

```text
<ts>
```
";

/// The files of the book but book.toml, each with its path in the book's folder.
pub(super) fn files() -> Vec<(PathBuf, String)> {
    vec![
        (PathBuf::from("src/SUMMARY.md"), SUMMARY.to_owned()),
        (PathBuf::from("src/hello.md"), CHAPTER.to_owned()),
    ]
}
