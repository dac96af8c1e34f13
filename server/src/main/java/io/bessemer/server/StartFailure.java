package io.bessemer.server;

import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;

/// Says why the server did not start in words that an operator can act on.
final class StartFailure {
    private StartFailure() {
    }

    static String explain(Throwable failure) {
        Throwable deepest = failure;
        while (!(deepest instanceof BindValidationException) && deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        if (deepest instanceof BindValidationException invalid) {
            return invalid.getValidationErrors().getAllErrors().stream().map(StartFailure::fault).sorted().collect(Collectors.joining("; "));
        }
        return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    }

    /// Without the value, which may be secret.
    private static String fault(ObjectError error) {
        String key = error instanceof FieldError field ? error.getObjectName() + "." + key(field.getField()) : error.getObjectName();
        return key + ": " + error.getDefaultMessage();
    }

    /// `clouds[openstack].authUrl` is the setting `clouds.openstack.auth-url`.
    private static String key(String field) {
        return field.replaceAll("\\[(\\w*[A-Za-z]\\w*)]", ".$1").replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
