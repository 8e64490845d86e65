//! Whether relations between captured values hold. Pure.

use labrun_model::{
    BrokenRelation, CapturedValue, FailureKind, Operand, Placeholder, Quantity, QuantityKind,
    Relation, Side, Term,
};

use super::captures::Captures;

/// Judges the relations of a check with everything that is captured by now.
///
/// # Errors
/// Those that do not hold, with the values that they speak of.
pub(crate) fn judge_relations(
    relations: &[Relation],
    captures: &Captures,
) -> Result<(), FailureKind> {
    let mut broken = Vec::new();
    let mut captured: Vec<CapturedValue> = Vec::new();
    for relation in relations {
        let Err(reason) = holds(relation, captures) else {
            continue;
        };
        broken.push(BrokenRelation {
            relation: relation.text.clone(),
            reason,
        });
        for (_, placeholder) in relation.captured() {
            let known = captured.iter().any(|value| value.name == placeholder.name);
            captured.extend(captures.get(&placeholder.name).filter(|_| !known).cloned());
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(FailureKind::Relations { broken, captured })
    }
}

/// Whether a relation holds; the error says why not.
fn holds(relation: &Relation, captures: &Captures) -> Result<(), String> {
    let left = side(&relation.left, captures)?;
    let right = side(&relation.right, captures)?;
    match left.order(&right) {
        Some(order) if relation.comparison.holds(order) => Ok(()),
        Some(_) => Err(format!("{left} on the left, {right} on the right")),
        None => Err(format!(
            "{left} and {right} cannot be compared{}",
            zones(&left, &right)
        )),
    }
}

fn zones(left: &Quantity, right: &Quantity) -> &'static str {
    match (left, right) {
        (Quantity::Timestamp { .. }, Quantity::Timestamp { .. }) => {
            ": one says its time zone and the other does not"
        }
        _ => "",
    }
}

fn side(side: &Side, captures: &Captures) -> Result<Quantity, String> {
    let mut value = term(&side.first, captures)?;
    for (sign, other) in &side.rest {
        let other = term(other, captures)?;
        value = value.combined(*sign, &other).ok_or_else(|| {
            let why = zones(&value, &other);
            format!(
                "{value} {} {other} cannot be calculated{why}",
                sign.symbol()
            )
        })?;
    }
    Ok(value)
}

fn term(term: &Term, captures: &Captures) -> Result<Quantity, String> {
    match &term.operand {
        Operand::Literal(quantity) => Ok(quantity.clone()),
        Operand::Captured(placeholder) => captured(placeholder, captures),
    }
}

fn captured(placeholder: &Placeholder, captures: &Captures) -> Result<Quantity, String> {
    let name = &placeholder.name;
    let Some(captured) = captures.get(name) else {
        return Err(format!(
            "`<{name}>` has no value, because what captures it has not passed"
        ));
    };
    let kind = QuantityKind::of(placeholder.kind);
    Quantity::read(kind, &captured.value).ok_or_else(|| {
        format!(
            "`<{name}>` is {}, which cannot be read as {}",
            captured.value,
            kind.words()
        )
    })
}
