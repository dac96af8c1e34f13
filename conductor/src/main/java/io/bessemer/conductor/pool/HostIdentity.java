package io.bessemer.conductor.pool;

import io.bessemer.core.node.NodeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Who a host's certificate says it is. It is of one deploy: a machine that was imaged again is another host.
///
/// @param attempt of the deploy
public record HostIdentity(NodeId node, long attempt) {
    private static final Pattern URI = Pattern.compile("urn:bessemer:host:([0-9a-f-]{36}):([0-9]{1,18})");
    /// GeneralName's uniformResourceIdentifier, RFC 5280 §4.2.1.6
    private static final int URI_NAME = 6;

    String uri() {
        return "urn:bessemer:host:%s:%d".formatted(node, attempt);
    }

    /// @param certificate whose chain was checked
    /// @return empty when it is not a host's
    public static Optional<HostIdentity> of(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return (names == null ? List.<List<?>>of() : names).stream().filter(name -> name.getFirst().equals(URI_NAME))
                    .map(name -> URI.matcher(String.valueOf(name.get(1)))).filter(Matcher::matches)
                    .flatMap(matcher -> NodeId.parse(matcher.group(1)).map(node -> new HostIdentity(node, Long.parseLong(matcher.group(2)))).stream())
                    .findFirst();
        } catch (CertificateParsingException e) {
            return Optional.empty();
        }
    }
}
