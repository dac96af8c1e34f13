package io.bessemer.server;

import org.springframework.boot.context.properties.bind.validation.BindValidationException;

/// Says why the server did not start in words that an operator can act on.
final class StartFailure {
    private StartFailure() {
    }

    static String explain(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            if (deepest instanceof BindValidationException invalid) {
                return invalid.getValidationErrors().getAllErrors().stream()
                        .map(error -> error.getObjectName() + ": " + error.getDefaultMessage())
                        .reduce((left, right) -> left + "; " + right).orElse(invalid.getMessage());
            }
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    }
}
