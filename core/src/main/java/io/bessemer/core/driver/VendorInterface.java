package io.bessemer.core.driver;

import io.bessemer.core.fault.Failure;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a driver offers beyond everything that machines have in common: Ironic's vendor passthru.
public interface VendorInterface {
    /// By name, the methods of a node.
    Map<String, Method> methods();

    /// @param method     one of [#methods]
    /// @param httpMethod one of that method's, in capitals
    /// @param arguments  the request's body
    /// @return a JSON value; of an `async` method it is not shown
    /// @throws Failure.Missing when an argument is absent
    /// @throws Failure.Invalid when an argument's value is not allowed
    Optional<Object> call(DriverNode node, String method, String httpMethod, Map<String, Object> arguments) throws DriverException;

    /// By name, the methods of the driver itself, which need no node.
    default Map<String, Method> driverMethods() {
        return Map.of();
    }

    /// Like [#call], for one of [#driverMethods].
    default Optional<Object> callDriver(String method, String httpMethod, Map<String, Object> arguments) throws DriverException {
        throw new DriverException(DriverException.Kind.UNSUPPORTED, "The driver has no method '%s'.".formatted(method));
    }

    /// @param async     clients are answered 202 and shown no result, else 200 with it
    /// @param exclusive refused while other work is under way on the node
    record Method(Set<String> httpMethods, boolean async, boolean exclusive, String description) {
        public Method {
            httpMethods = Set.copyOf(httpMethods);
        }
    }
}
