package io.bessemer.pxe;

import java.util.List;

/// The boot servers could not start. Every problem is reported, each with its cure.
public final class PxeStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public PxeStartException(List<String> problems) {
        super("The PXE server could not start: " + String.join(" ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
