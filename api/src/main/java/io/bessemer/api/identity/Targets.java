package io.bessemer.api.identity;

import io.bessemer.api.wire.RequestContext;
import java.util.Optional;

/// Finds the things that one variable of paths names, so that the [Gatekeeper] knows whose they are. A bean for each; what has none is
/// the system's own.
public interface Targets {
    /// As in the paths of [Policy]: `node`.
    String variable();

    /// For messages: `Node`.
    String what();

    /// @param ident as it stands in the path
    Optional<Owned> find(String ident, RequestContext context);
}
