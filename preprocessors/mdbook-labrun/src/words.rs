//! The few words that the preprocessor adds to a page, in the languages it knows.

/// Words of one language. `{…}` stands for what the page knows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    /// The beginning of a step's anchor.
    pub(crate) anchor: &'static str,
    /// A step's number.
    pub(crate) step: &'static str,
    /// The numbers of the first and the last of several steps.
    pub(crate) steps: &'static str,
    /// Where it is typed: the reader's own machine.
    pub(crate) here: &'static str,
    /// Where it is typed: a container.
    pub(crate) container: &'static str,
    /// Where it is typed: psql, connected to nobody knows where.
    pub(crate) psql: &'static str,
    /// Where it is typed: psql, connected to a port of the reader's machine.
    pub(crate) psql_port: &'static str,
    /// Where it is typed: psql, started in a container.
    pub(crate) psql_container: &'static str,
    /// The file that a step writes.
    pub(crate) file: &'static str,
    /// Above an output.
    pub(crate) output: &'static str,
    /// Before a check's title.
    pub(crate) check: &'static str,
    /// What is asked of PostgreSQL.
    pub(crate) asks_server: &'static str,
    /// What is asked of the engine.
    pub(crate) asks_engine: &'static str,
    /// Above the expected answer.
    pub(crate) answer: &'static str,
    /// The answer when no row is expected.
    pub(crate) no_rows: &'static str,
    /// How long a check waits for its answer.
    pub(crate) waits: &'static str,
    /// Before a check's hint.
    pub(crate) hint: &'static str,
    /// The box at the beginning of a lab: its steps and checks.
    pub(crate) counts: &'static str,
    /// The box at the beginning of a lab: how it is run.
    pub(crate) how: &'static str,
}

const ENGLISH: Words = Words {
    anchor: "step",
    step: "Step {n}",
    steps: "Steps {n} to {m}",
    here: "on your machine",
    container: "in the container {name}",
    psql: "in psql",
    psql_port: "in psql, port {name}",
    psql_container: "in psql, in the container {name}",
    file: "write the file {name}",
    output: "What appears",
    check: "Check",
    asks_server: "Asked of PostgreSQL at {name}:",
    asks_engine: "Asked of Docker: the state of the container {name}.",
    answer: "The answer must be:",
    no_rows: "no row",
    waits: "It may take up to {n} seconds.",
    hint: "If it is not:",
    counts: "This chapter proves itself. Steps: {n}, checks: {m}.",
    how: "Run all of it with {labrun}, or without labrun with {script}.",
};

const INDONESIAN: Words = Words {
    anchor: "langkah",
    step: "Langkah {n}",
    steps: "Langkah {n} sampai {m}",
    here: "di komputer Anda",
    container: "di dalam container {name}",
    psql: "di psql",
    psql_port: "di psql, port {name}",
    psql_container: "di psql, di dalam container {name}",
    file: "tulis berkas {name}",
    output: "Yang muncul",
    check: "Pemeriksaan",
    asks_server: "Ditanyakan kepada PostgreSQL di {name}:",
    asks_engine: "Ditanyakan kepada Docker: keadaan container {name}.",
    answer: "Jawabannya harus:",
    no_rows: "tidak ada baris",
    waits: "Paling lama ditunggu {n} detik.",
    hint: "Jika tidak:",
    counts: "Bab ini membuktikan dirinya sendiri: {n} langkah dan {m} pemeriksaan.",
    how: "Jalankan seluruhnya dengan {labrun}, atau tanpa labrun dengan {script}.",
};

impl Words {
    /// The words for a book's language; English where there are none.
    pub(crate) fn of(language: Option<&str>) -> &'static Self {
        match language.and_then(|language| language.split(['-', '_']).next()) {
            Some("id") => &INDONESIAN,
            _ => &ENGLISH,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_does_not_change_the_language() {
        assert_eq!(Words::of(Some("id")), &INDONESIAN);
        assert_eq!(Words::of(Some("id-ID")), &INDONESIAN);
        assert_eq!(Words::of(Some("it")), &ENGLISH);
        assert_eq!(Words::of(None), &ENGLISH);
    }
}
