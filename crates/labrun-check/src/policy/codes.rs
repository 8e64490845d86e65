//! The words by which a policy's findings are known. `reference.md` explains each, and a test holds the two together.

macro_rules! codes {
    ($($name:ident = $code:literal;)*) => {
        $(pub(super) const $name: &str = $code;)*

        /// Every code of a finding by a policy.
        pub const POLICY_FINDINGS: &[&str] = &[$($code),*];
    };
}

codes! {
    BUILD = "built-image";
    CAPABILITY = "added-capability";
    DEVICE = "host-device";
    ENGINE_SOCKET = "engine-socket";
    FOLDER = "host-folder";
    FOREIGN_CONTAINER = "foreign-container";
    FOREIGN_NETWORK = "foreign-network";
    FOREIGN_VOLUME = "foreign-volume";
    IMAGE = "other-image";
    NAMESPACE = "host-namespace";
    NOT_RESOLVED = "not-resolved";
    OPEN_PORT = "open-port";
    OUTSIDE_FILE = "outside-file";
    PRIVILEGED = "privileged";
    REMOTE = "remote-file";
    UNCONFINED = "unconfined";
    UNKNOWN_TO_POLICY = "unknown-to-policy";
}
