//! The forms in which a secret comes out of programs: as it is, in JSON, in an address, and in Base64.

/// A secret in every form in which it is looked for, the longest first. In Base64 it is looked for at each of the three
/// places in a group of bytes, so that it is found in the middle of something longer as well.
pub fn secret_forms(secret: &str) -> Vec<String> {
    let mut forms = vec![
        secret.to_owned(),
        json_escaped(secret),
        percent_encoded(secret, b"-._~"),
        // As a form in a browser sends it, and as `encodeURI` leaves it.
        percent_encoded(secret, b"-._~ ").replace(' ', "+"),
        percent_encoded(secret, b"-._~!*'()"),
    ];
    forms.extend(percent_encoded(secret, b"-._~").split_once('%').map(|_| {
        let upper = percent_encoded(secret, b"-._~");
        lower_hexadecimal(&upper)
    }));
    for alphabet in [b"+/", b"-_"] {
        forms.extend((0..3).filter_map(|offset| base64(secret, offset, alphabet)));
    }
    forms.retain(|form| !form.is_empty());
    forms.sort_by(|one, other| other.len().cmp(&one.len()).then_with(|| one.cmp(other)));
    forms.dedup();
    forms
}

fn json_escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            '\n' => escaped.push_str("\\n"),
            '\t' => escaped.push_str("\\t"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn percent_encoded(text: &str, plain: &[u8]) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || plain.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// `%2F` as `%2f`.
fn lower_hexadecimal(encoded: &str) -> String {
    let mut digits = 0;
    let lower = encoded.chars().map(|c| {
        if c == '%' {
            digits = 2;
            return c;
        }
        if digits > 0 {
            digits -= 1;
            return c.to_ascii_lowercase();
        }
        c
    });
    lower.collect()
}

/// What of a Base64 text is the same whatever stands before and behind, where the secret begins at this byte of a group.
/// `None` where that is too short to mean anything.
fn base64(secret: &str, offset: usize, last: &[u8; 2]) -> Option<String> {
    const SHORTEST: usize = 6;
    let symbols = |value: u8| -> char {
        char::from(match value {
            0..=25 => b'A' + value,
            26..=51 => b'a' + value - 26,
            52..=61 => b'0' + value - 52,
            62 => last[0],
            _ => last[1],
        })
    };
    let bytes: Vec<u8> = std::iter::repeat_n(0, offset)
        .chain(secret.bytes())
        .collect();
    // The first symbols hold bits of what stands before, the last ones of what stands behind.
    let (first, end) = ((offset * 8).div_ceil(6), bytes.len() * 8 / 6);
    let text: String = (first..end)
        .map(|index| {
            let bit = index * 6;
            let high = u16::from(bytes[bit / 8]) << 8;
            let low = bytes.get(bit / 8 + 1).copied().map_or(0, u16::from);
            let value = (high | low) >> (10 - bit % 8);
            symbols(u8::try_from(value & 0x3f).unwrap_or(0))
        })
        .collect();
    (text.len() >= SHORTEST).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_in_every_form() {
        let forms = secret_forms("p\"a/ß@1 x!");
        for form in [
            "p\"a/ß@1 x!",
            "p\\\"a/ß@1 x!",
            "p%22a%2F%C3%9F%401%20x%21",
            "p%22a%2f%c3%9f%401%20x%21",
            "p%22a%2F%C3%9F%401+x%21",
            "p%22a%2F%C3%9F%401%20x!",
            // echo -n '…' | base64, and behind one and two bytes.
            "cCJhL8OfQDEgeC",
            "AiYS/Dn0AxIHgh",
            "wImEvw59AMSB4I",
            "AiYS_Dn0AxIHgh",
        ] {
            assert!(forms.iter().any(|known| known == form), "{form} {forms:?}");
        }
        assert_eq!(secret_forms("y"), ["y"]);
    }
}
