//! A relation between captured values as words of a command line, which `prelude/holds.sh` calculates with.

use labrun_model::{Comparison, Operand, Quantity, QuantityKind, Relation, Side, Term};

use crate::shell::{comment, quoted, word};

/// The relation as it is written, then its values, signs and comparison.
pub(crate) fn words(relation: &Relation) -> String {
    let mut words = vec![quoted(&comment(&relation.text))];
    push(&mut words, &relation.left);
    words.push(match relation.comparison {
        Comparison::Unequal => quoted("<>"),
        other => quoted(other.symbol()),
    });
    push(&mut words, &relation.right);
    words.join(" ")
}

fn push(words: &mut Vec<String>, side: &Side) {
    words.push(term(&side.first));
    for (sign, other) in &side.rest {
        words.push(sign.symbol().to_string());
        words.push(term(other));
    }
}

fn term(term: &Term) -> String {
    match &term.operand {
        Operand::Captured(placeholder) => {
            let kind = match QuantityKind::of(placeholder.kind) {
                QuantityKind::Lsn => "lsn",
                QuantityKind::Int | QuantityKind::Pid => "int",
                QuantityKind::Timestamp => "ts",
                QuantityKind::Duration => "duration",
                QuantityKind::Text(_) => "text",
            };
            format!("{kind}:{}", placeholder.name)
        }
        Operand::Literal(quantity) => {
            let value = match quantity {
                Quantity::Lsn(position) => position.to_string(),
                Quantity::Int(number) | Quantity::Duration(number) => number.to_string(),
                Quantity::Pid(number) => number.to_string(),
                Quantity::Timestamp { nanoseconds, .. } => nanoseconds.to_string(),
                Quantity::Text(text) => comment(text),
            };
            word(&format!("is:{value}"))
        }
    }
}
