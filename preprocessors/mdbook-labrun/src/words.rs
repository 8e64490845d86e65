//! The few words that the preprocessor adds to a page, in the languages it knows.

use std::time::Duration;

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
    /// Where it is typed: a program that is no shell.
    pub(crate) program: &'static str,
    /// Where it is typed: psql, connected to a port of the reader's machine.
    pub(crate) psql_port: &'static str,
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
    /// What is asked of the network.
    pub(crate) asks_port: &'static str,
    /// What is asked of an HTTP server.
    pub(crate) asks_web: &'static str,
    /// What is looked at.
    pub(crate) asks_file: &'static str,
    /// A port at which somebody listens.
    pub(crate) open: &'static str,
    /// A port at which nobody does.
    pub(crate) closed: &'static str,
    /// Above the body of an HTTP answer.
    pub(crate) body: &'static str,
    /// A file that must be there.
    pub(crate) present: &'static str,
    /// A file that must not be there.
    pub(crate) absent: &'static str,
    /// Above texts that stand in a file.
    pub(crate) contains: &'static str,
    /// Above all lines of a file.
    pub(crate) reads: &'static str,
    /// Above the expected answer.
    pub(crate) answer: &'static str,
    /// The answer when no row is expected.
    pub(crate) no_rows: &'static str,
    /// Above the relations between values of the chapter that must hold.
    pub(crate) holds: &'static str,
    /// How long a check waits for its answer.
    pub(crate) waits: &'static str,
    /// Before a check's hint.
    pub(crate) hint: &'static str,
    /// The terminal of a step, where a lab has several.
    pub(crate) terminal: &'static str,
    /// A step that is repeated.
    pub(crate) repeated: &'static str,
    /// A step that must end with a status, or with a SQLSTATE.
    pub(crate) fails: &'static str,
    /// A step that must fail, in whatever way.
    pub(crate) fails_somehow: &'static str,
    /// What is typed when a password is asked.
    pub(crate) password: &'static str,
    /// Above the changes of a file since a step.
    pub(crate) changes: &'static str,
    /// A file that a step writes again as it is.
    pub(crate) unchanged: &'static str,
    /// The box at the beginning of a lab: what there is in it.
    pub(crate) proves: &'static str,
    /// Between the last two things of a list.
    pub(crate) and: &'static str,
    /// One step and several.
    pub(crate) step_count: Count,
    /// One check and several.
    pub(crate) check_count: Count,
    /// One second and several.
    pub(crate) seconds: Count,
    /// One minute and several.
    pub(crate) minutes: Count,
    /// What stands before the decimals of a number.
    pub(crate) decimal: &'static str,
    /// The box at the beginning of a lab: what a reader must have.
    pub(crate) needs: &'static str,
    /// The box at the beginning of a lab: how long it takes.
    pub(crate) duration: &'static str,
    /// The box at the beginning of a lab: how all of it is run.
    pub(crate) run: &'static str,
    /// The box at the beginning of a lab: how all of it is run without labrun.
    pub(crate) script: &'static str,
    /// The box at the beginning of a lab: the recording fits.
    pub(crate) verified: &'static str,
    /// The box at the beginning of a lab: the recording does not fit any more.
    pub(crate) not_verified: &'static str,
    /// Since when it does not.
    pub(crate) outdated: &'static str,
    /// An image that is not the real one.
    pub(crate) stand_in: &'static str,
    /// Above what a step printed in the verified run.
    pub(crate) recorded: &'static str,
    /// The months, for a day in words.
    months: [&'static str; 12],
}

/// A thing that is counted, one of it and several.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Count {
    one: &'static str,
    many: &'static str,
}

const ENGLISH: Words = Words {
    anchor: "step",
    step: "Step {n}",
    steps: "Steps {n} to {m}",
    here: "on your machine",
    container: "in the container {name}",
    program: "in {name}",
    psql_port: "in psql, port {name}",
    file: "write the file {name}",
    output: "What appears",
    check: "Check",
    asks_server: "Asked of PostgreSQL at {name}:",
    asks_engine: "Asked of Docker: the state of the container {name}.",
    asks_port: "Tried over TCP: a connection to {name}.",
    asks_web: "Asked over HTTP: {name}.",
    asks_file: "Looked at: the file {name}.",
    open: "accepted",
    closed: "nobody listens",
    body: "The body must be:",
    present: "It must be there.",
    absent: "It must not be there.",
    contains: "In it must stand:",
    reads: "Its lines must be:",
    answer: "The answer must be:",
    no_rows: "no row",
    holds: "Of the values that were printed it must hold that:",
    waits: "It may take up to {n}.",
    hint: "If it is not:",
    terminal: "in the terminal {name}",
    repeated: "repeated until it is so, for at most {n}",
    fails: "it must fail, with {name}",
    fails_somehow: "it must fail",
    password: "Password: {name}",
    changes: "What has changed since step {n}",
    unchanged: "The file is the same as in step {n}.",
    proves: "This chapter proves itself: {what}.",
    and: " and ",
    step_count: Count {
        one: "{n} step",
        many: "{n} steps",
    },
    check_count: Count {
        one: "{n} check",
        many: "{n} checks",
    },
    seconds: Count {
        one: "{n} second",
        many: "{n} seconds",
    },
    minutes: Count {
        one: "{n} minute",
        many: "{n} minutes",
    },
    decimal: ".",
    needs: "You need",
    duration: "It takes",
    run: "Run all of it",
    script: "Without labrun",
    verified: "Verified",
    not_verified: "Not verified",
    outdated: "The chapter has changed since it was last verified on {date}.",
    stand_in: "a stand-in: {what}",
    recorded: "What appeared on {date}",
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
};

const INDONESIAN: Words = Words {
    anchor: "langkah",
    step: "Langkah {n}",
    steps: "Langkah {n} sampai {m}",
    here: "di komputer Anda",
    container: "di dalam container {name}",
    program: "di {name}",
    psql_port: "di psql, port {name}",
    file: "tulis berkas {name}",
    output: "Yang muncul",
    check: "Pemeriksaan",
    asks_server: "Ditanyakan kepada PostgreSQL di {name}:",
    asks_engine: "Ditanyakan kepada Docker: keadaan container {name}.",
    asks_port: "Dicoba lewat TCP: koneksi ke {name}.",
    asks_web: "Ditanyakan lewat HTTP: {name}.",
    asks_file: "Diperiksa: berkas {name}.",
    open: "koneksi diterima",
    closed: "tidak ada yang mendengarkan",
    body: "Isi jawabannya harus:",
    present: "Berkas itu harus ada.",
    absent: "Berkas itu tidak boleh ada.",
    contains: "Di dalamnya harus tertulis:",
    reads: "Isinya harus:",
    answer: "Jawabannya harus:",
    no_rows: "tidak ada baris",
    holds: "Di antara nilai-nilai yang tercetak harus berlaku:",
    waits: "Paling lama ditunggu {n}.",
    hint: "Jika tidak:",
    terminal: "di terminal {name}",
    repeated: "diulang sampai sesuai, paling lama {n}",
    fails: "harus gagal, dengan {name}",
    fails_somehow: "harus gagal",
    password: "Password: {name}",
    changes: "Yang berubah sejak langkah {n}",
    unchanged: "Isi berkas ini sama dengan isinya di langkah {n}.",
    proves: "Bab ini membuktikan dirinya sendiri: {what}.",
    and: " dan ",
    step_count: Count::same("{n} langkah"),
    check_count: Count::same("{n} pemeriksaan"),
    seconds: Count::same("{n} detik"),
    minutes: Count::same("{n} menit"),
    decimal: ",",
    needs: "Yang dibutuhkan",
    duration: "Waktu",
    run: "Jalankan seluruhnya",
    script: "Tanpa labrun",
    verified: "Diverifikasi",
    not_verified: "Belum diverifikasi",
    outdated: "Isi bab ini sudah berubah sejak terakhir diverifikasi pada {date}.",
    stand_in: "image pengganti: {what}",
    recorded: "Yang muncul pada {date}",
    months: [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
};

/// A text with values in the places that name them: `{n}`.
pub(crate) fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let length: usize = values.iter().map(|(_, value)| value.len()).sum();
    let mut filled = String::with_capacity(text.len() + length);
    let mut rest = text;
    while let Some((before, named)) = rest.split_once('{')
        && let Some((name, behind)) = named.split_once('}')
        && let Some((_, value)) = values.iter().find(|(known, _)| *known == name)
    {
        filled.push_str(before);
        filled.push_str(value);
        rest = behind;
    }
    filled.push_str(rest);
    filled
}

impl Count {
    /// In a language whose words do not change with their number.
    const fn same(text: &'static str) -> Self {
        Self {
            one: text,
            many: text,
        }
    }

    /// So many of it.
    pub(crate) fn of(&self, number: usize) -> String {
        self.with(&number.to_string(), number == 1)
    }

    fn with(&self, number: &str, is_one: bool) -> String {
        let text = if is_one { self.one } else { self.many };
        filled(text, &[("n", number)])
    }
}

impl Words {
    /// A day of the form `2026-11-25` in words; what is of another form stays.
    pub(crate) fn date(&self, date: &str) -> String {
        let parts: Vec<&str> = date.split('-').collect();
        let [year, month, day] = parts.as_slice() else {
            return date.to_owned();
        };
        let month = month
            .parse::<usize>()
            .ok()
            .and_then(|month| self.months.get(month.checked_sub(1)?));
        match (month, day.trim_start_matches('0')) {
            (Some(month), day) if !day.is_empty() => format!("{day} {month} {year}"),
            _ => date.to_owned(),
        }
    }

    /// A length of time: whole minutes where it is some, otherwise seconds.
    pub(crate) fn length(&self, length: Duration) -> String {
        let seconds = length.as_secs_f64();
        let minutes = seconds / 60.0;
        let (unit, number) = if minutes >= 1.0 && minutes.fract() == 0.0 {
            (&self.minutes, minutes)
        } else {
            (&self.seconds, seconds)
        };
        unit.with(
            &number.to_string().replace('.', self.decimal),
            number == 1.0,
        )
    }

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

    #[test]
    fn one_is_counted_as_one() {
        assert_eq!(ENGLISH.step_count.of(1), "1 step");
        assert_eq!(ENGLISH.step_count.of(0), "0 steps");
        assert_eq!(ENGLISH.check_count.of(2), "2 checks");
        assert_eq!(INDONESIAN.step_count.of(1), "1 langkah");
    }

    #[test]
    fn a_length_is_said_in_the_larger_unit_that_fits() {
        let check = |milliseconds, english: &str, indonesian: &str| {
            let length = Duration::from_millis(milliseconds);
            assert_eq!(ENGLISH.length(length), english);
            assert_eq!(INDONESIAN.length(length), indonesian);
        };
        check(15_000, "15 seconds", "15 detik");
        check(1_000, "1 second", "1 detik");
        check(1_500, "1.5 seconds", "1,5 detik");
        check(500, "0.5 seconds", "0,5 detik");
        check(60_000, "1 minute", "1 menit");
        check(90_000, "90 seconds", "90 detik");
        check(120_000, "2 minutes", "2 menit");
    }
}
