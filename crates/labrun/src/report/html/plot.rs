//! The plot of a lag as SVG: percentages across, pixels up, so that its words keep their size in any window. What it shows
//! is also a sentence and a table.

use super::lag::{Lag, Unit};

/// The height of the drawing, and what stands above and below the area of the values, in pixels.
const HEIGHT: f64 = 190.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 26.0;
/// The area of the values from left to right, in percent.
const LEFT: f64 = 1.0;
const RIGHT: f64 = 98.5;

/// A lag as a figure. The name tells it from other figures of the page.
pub(super) fn plot(lag: &Lag, id: &str) -> String {
    let sentence = sentence(lag);
    let title = match lag.unit {
        Unit::Bytes => "Lag of the standby in bytes over time",
        Unit::Number => "The answer over time",
    };
    let drawing = if lag.points.len() > 1 {
        drawing(lag, id, title, &sentence)
    } else {
        String::new()
    };
    format!(
        "<figure class=\"plot\">\n<figcaption><strong>{title}.</strong> {sentence}</figcaption>\n{drawing}{}</figure>\n",
        table(lag)
    )
}

/// What the plot shows, in words.
fn sentence(lag: &Lag) -> String {
    let known: Vec<(f64, f64)> = lag
        .points
        .iter()
        .filter_map(|(at, value)| value.map(|value| (*at, value)))
        .collect();
    let (Some(first), Some(last)) = (known.first(), known.last()) else {
        return "No number was answered.".to_owned();
    };
    if known.len() == 1 {
        return format!("{} after {}.", amount(lag.unit, last.1), seconds(last.0));
    }
    let most = known
        .iter()
        .map(|(_, value)| *value)
        .fold(f64::MIN, f64::max);
    format!(
        "It began with {}, was {} at most, and ended with {} after {}.",
        amount(lag.unit, first.1),
        amount(lag.unit, most),
        amount(lag.unit, last.1),
        seconds(last.0)
    )
}

fn drawing(lag: &Lag, id: &str, title: &str, sentence: &str) -> String {
    let end = lag.points.last().map_or(0.0, |(at, _)| *at).max(0.001);
    let values = lag.points.iter().filter_map(|(_, value)| *value);
    let most = values.clone().fold(0.0, f64::max);
    let least = values.fold(0.0, f64::min);
    let top = nice_above(most - least, lag.unit) + least;
    let x = |at: f64| LEFT + at / end * (RIGHT - LEFT);
    let y = |value: f64| TOP + (top - value) / (top - least) * (HEIGHT - TOP - BOTTOM);
    let mut svg = format!(
        "<svg width=\"100%\" height=\"{HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-title {id}-words\">\n\
         <title id=\"{id}-title\">{title}</title>\n<desc id=\"{id}-words\">{sentence}</desc>\n"
    );
    for part in [0.0, 0.5, 1.0] {
        let value = least + (top - least) * part;
        let height = y(value);
        svg.push_str(&format!(
            "<line class=\"grid\" x1=\"{LEFT}%\" x2=\"{RIGHT}%\" y1=\"{height:.1}\" y2=\"{height:.1}\"/>\
             <text x=\"{LEFT}%\" dx=\"2\" y=\"{:.1}\">{}</text>\n",
            height - 3.0,
            amount(lag.unit, value)
        ));
    }
    for (part, anchor) in [(0.0, "start"), (0.5, "middle"), (1.0, "end")] {
        svg.push_str(&format!(
            "<text x=\"{:.2}%\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>\n",
            x(end * part),
            HEIGHT - 8.0,
            seconds(end * part)
        ));
    }
    svg.push_str(&curve(lag, x, y));
    svg.push_str("</svg>\n");
    svg
}

/// The lines between answers that follow each other, a dot for each answer, and a cross where there was none.
fn curve(lag: &Lag, x: impl Fn(f64) -> f64, y: impl Fn(f64) -> f64) -> String {
    let mut svg = String::new();
    for pair in lag.points.windows(2) {
        if let [(from, Some(before)), (to, Some(after))] = pair {
            svg.push_str(&format!(
                "<line class=\"curve\" x1=\"{:.2}%\" y1=\"{:.1}\" x2=\"{:.2}%\" y2=\"{:.1}\"/>\n",
                x(*from),
                y(*before),
                x(*to),
                y(*after)
            ));
        }
    }
    for (at, value) in &lag.points {
        svg.push_str(&match value {
            Some(value) => format!(
                "<circle class=\"dot\" cx=\"{:.2}%\" cy=\"{:.1}\" r=\"3.5\"/>\n",
                x(*at),
                y(*value)
            ),
            None => format!(
                "<text class=\"none\" x=\"{:.2}%\" y=\"{:.1}\" text-anchor=\"middle\">×</text>\n",
                x(*at),
                HEIGHT - BOTTOM + 4.0
            ),
        });
    }
    svg
}

/// The answers as a table, for those who do not see the drawing and for those who want the numbers.
fn table(lag: &Lag) -> String {
    let rows: String = lag
        .points
        .iter()
        .map(|(at, value)| {
            let value = value.map_or_else(|| "no number (×)".to_owned(), exact);
            format!("<tr><td>{at:.3}</td><td>{value}</td></tr>\n")
        })
        .collect();
    let unit = match lag.unit {
        Unit::Bytes => "bytes behind",
        Unit::Number => "answer",
    };
    format!(
        "<details>\n<summary>The values</summary>\n<table>\n<thead><tr><th scope=\"col\">seconds</th>\
         <th scope=\"col\">{unit}</th></tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n</details>\n"
    )
}

/// A round number that is not below: 1, 2 or 5 with zeros, of bytes with powers of two.
fn nice_above(value: f64, unit: Unit) -> f64 {
    if value <= 0.0 {
        return 1.0;
    }
    if unit == Unit::Bytes {
        return value.max(1.0).log2().ceil().exp2();
    }
    let base = 10_f64.powf(value.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * base);
    steps
        .into_iter()
        .find(|step| *step >= value)
        .unwrap_or(value)
}

/// A number with its unit, short.
fn amount(unit: Unit, value: f64) -> String {
    if unit == Unit::Number {
        return exact(value);
    }
    let mut value = value;
    for name in ["B", "KiB", "MiB", "GiB"] {
        if value.abs() < 1024.0 {
            return format!("{} {name}", exact((value * 10.0).round() / 10.0));
        }
        value /= 1024.0;
    }
    format!("{value:.1} TiB")
}

fn seconds(time: f64) -> String {
    if time < 1.0 {
        format!("{:.0} ms", time * 1000.0)
    } else {
        format!("{time:.1} s")
    }
}

/// A number without a point where it is whole.
fn exact(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else {
        format!("{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_short_and_axes_round() {
        let bytes = |value| amount(Unit::Bytes, value);
        assert_eq!(
            [0.0, 1023.0, 1536.0, 16_777_216.0].map(bytes),
            ["0 B", "1023 B", "1.5 KiB", "16 MiB"]
        );
        assert_eq!(nice_above(70_000.0, Unit::Bytes), 131_072.0);
        assert_eq!(nice_above(3.0, Unit::Number), 5.0);
        assert_eq!(nice_above(0.0, Unit::Number), 1.0);
    }

    #[test]
    fn one_answer_is_a_sentence_and_no_drawing() {
        let lag = Lag {
            unit: Unit::Bytes,
            points: vec![(0.012, Some(0.0))],
        };
        let figure = plot(&lag, "plot-1");
        assert!(figure.contains("0 B after 12 ms."), "{figure}");
        assert!(!figure.contains("<svg"), "{figure}");
    }

    #[test]
    fn a_question_without_an_answer_is_a_gap_with_a_cross() {
        let lag = Lag {
            unit: Unit::Bytes,
            points: vec![(0.0, Some(2048.0)), (1.0, None), (2.0, Some(0.0))],
        };
        let figure = plot(&lag, "plot-1");
        assert_eq!(figure.matches("class=\"curve\"").count(), 0, "{figure}");
        assert_eq!(figure.matches("class=\"dot\"").count(), 2, "{figure}");
        assert_eq!(figure.matches("class=\"none\"").count(), 1, "{figure}");
        assert!(
            figure.contains(
                "It began with 2 KiB, was 2 KiB at most, and ended with 0 B after 2.0 s."
            ),
            "{figure}"
        );
    }
}
