//! What a check asks, as calls of the script's functions: the body of a function that is tried until it succeeds.

use labrun_model::{
    ContainerState, Expectation, ExpectedOutput, FilePromise, Health, HttpMethod, HttpQuestion,
    Lab, Probe, RowOrder,
};

use crate::page;
use crate::shell::{here_document, word};

/// The calls that ask a check at a line of the chapter.
pub(crate) fn question(lab: &Lab, line: usize, probe: &Probe) -> String {
    match probe {
        Probe::Captures => String::new(),
        Probe::Postgres {
            connection,
            query,
            rows,
            row_order,
        } => {
            let ordered = if *row_order == RowOrder::Given {
                " ordered"
            } else {
                ""
            };
            here_document(&format!("  ask_at {line} {}", word(connection)), query)
                + &here_document(&format!("  rows_at {line}{ordered}"), &page::rows(rows))
        }
        Probe::Container {
            name,
            state,
            health,
        } => format!(
            "  container_at {line} {} {} {}\n",
            word(name),
            state.map_or("-", ContainerState::name),
            health.map_or("-", Health::name),
        ),
        Probe::Tcp { address, state } => format!(
            "  port_at {line} {} {} {}\n",
            word(&address.host),
            address.port,
            state.name()
        ),
        Probe::Http(asked) => http(lab, line, asked),
        Probe::File { path, promise } => file(lab, line, &word(&path.to_string_lossy()), promise),
    }
}

fn http(lab: &Lab, line: usize, asked: &HttpQuestion) -> String {
    let mut flags = String::new();
    if asked.method == HttpMethod::Head {
        flags.push_str(" --head");
    }
    for (name, value) in &asked.headers {
        flags.push_str(&format!(" --header {}", word(&format!("{name}: {value}"))));
    }
    let call = format!(
        "  http_at {line} {} {}{flags}\n",
        asked.status,
        word(&asked.url())
    );
    let body = asked.body.as_ref();
    call + &body.map_or_else(String::new, |body| {
        content(lab, "\"$lab_work/answer\"", body)
    })
}

fn file(lab: &Lab, line: usize, path: &str, promise: &FilePromise) -> String {
    match promise {
        FilePromise::Present => format!("  found_at {line} {path} present\n"),
        FilePromise::Absent => format!("  found_at {line} {path} absent\n"),
        FilePromise::Contains(texts) => {
            let texts: Vec<String> = texts.iter().map(|text| word(text)).collect();
            format!(
                "  found_at {line} {path} present\n  contains_at {line} {path} {}\n",
                texts.join(" ")
            )
        }
        FilePromise::Text(expected) => {
            let whole = format!("\"$lab_folder\"/{path}");
            format!("  found_at {line} {path} present\n") + &content(lab, &whole, expected)
        }
    }
}

/// Compares a file of the script's with the lines of a check.
fn content(lab: &Lab, file: &str, expected: &Expectation) -> String {
    let ExpectedOutput::Lines { order, lines } = &expected.output else {
        return String::new();
    };
    let output = page::output(lab, expected.span, lines, *order);
    let command = format!("  text_at {} {file}{}", output.line, output.order);
    here_document(&command, &output.text)
}
