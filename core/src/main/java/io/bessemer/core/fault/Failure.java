package io.bessemer.core.fault;

/// Everything that a client or an operator may be told went wrong. The message says what, where, and what to do; the API picks
/// the HTTP status by an exhaustive switch over these types.
public abstract sealed class Failure extends RuntimeException {
    protected Failure(String message) {
        super(message);
    }

    protected Failure(String message, Throwable cause) {
        super(message, cause);
    }

    /// A field's value is not allowed. 400.
    public static final class Invalid extends Failure {
        private final String field;

        /// @param field  as the client writes it: `driver_info/ipmi_port`
        /// @param reason what was found, what is allowed, what to do
        public Invalid(String field, String reason) {
            super(field + ": " + reason);
            this.field = field;
        }

        public String field() {
            return field;
        }
    }

    /// A required field is absent. 400.
    public static final class Missing extends Failure {
        public Missing(String field, String cure) {
            super(field + " is missing. " + cure);
        }
    }

    /// The verb cannot be used in the node's state. 400.
    public static final class InvalidState extends Failure {
        public InvalidState(String message) {
            super(message);
        }
    }

    /// The node is in maintenance and the action is not allowed there. 400.
    public static final class NodeInMaintenance extends Failure {
        public NodeInMaintenance(String node, String action) {
            super("Node %s is in maintenance mode, so '%s' is refused. Clear it with `baremetal node maintenance unset %s`."
                    .formatted(node, action, node));
        }
    }

    /// 400.
    public static final class NodeRetired extends Failure {
        public NodeRetired(String node) {
            super("Node %s is retired and cannot be provided. Clear `retired` first.".formatted(node));
        }
    }

    /// 403.
    public static final class NodeProtected extends Failure {
        public NodeProtected(String node) {
            super("Node %s is protected and cannot be undeployed, rebuilt or deleted. Clear `protected` first.".formatted(node));
        }
    }

    /// Somebody works on the node, or it changed in between. 409.
    public static final class NodeLocked extends Failure {
        public NodeLocked(String node, String holder) {
            super("Node %s is locked by %s, please retry after the current operation is completed.".formatted(node, holder));
        }
    }

    /// 409.
    public static final class Conflict extends Failure {
        public Conflict(String message) {
            super(message);
        }
    }

    /// 409.
    public static final class NodeAlreadyExists extends Failure {
        public NodeAlreadyExists(String uuid) {
            super("A node with UUID %s already exists.".formatted(uuid));
        }
    }

    /// 409.
    public static final class NameAlreadyExists extends Failure {
        public NameAlreadyExists(String what, String name) {
            super("A %s with name %s already exists.".formatted(what, name));
        }
    }

    /// 409.
    public static final class MacAlreadyExists extends Failure {
        public MacAlreadyExists(String mac) {
            super("A port with MAC address %s already exists.".formatted(mac));
        }
    }

    /// 409.
    public static final class InstanceAssociated extends Failure {
        /// @param node that cannot have it; which one has it may be hidden from the caller
        public InstanceAssociated(String instance, String node) {
            super("Instance %s is already associated with a node, it cannot be associated with this other node %s. Find the one that has it with `baremetal node show --instance %s`."
                    .formatted(instance, node, instance));
        }
    }

    /// 404.
    public static final class NotFound extends Failure {
        /// @param what `Node`, `Port`, `Driver`, ...
        public NotFound(String what, String ident) {
            super("%s %s could not be found.".formatted(what, ident));
        }
    }

    /// 400: Ironic answers so for a node whose driver is not enabled.
    public static final class DriverNotFound extends Failure {
        public DriverNotFound(String driver, String known) {
            super("No valid host was found. Reason: No conductor service registered which supports driver %s. Enabled drivers: %s."
                    .formatted(driver, known));
        }
    }

    /// The driver, or its hardware, cannot do it. 400.
    public static final class Unsupported extends Failure {
        public Unsupported(String message) {
            super(message);
        }
    }

    /// The caller is not who it says, or its token is stale. 401.
    public static final class Unauthorized extends Failure {
        public Unauthorized(String message) {
            super(message);
        }
    }

    /// 403.
    public static final class Forbidden extends Failure {
        public Forbidden(String message) {
            super(message);
        }
    }

    /// The disk has no room for what was to be stored. 507.
    public static final class StorageFull extends Failure {
        /// @param message names the folder, the bytes that are free and what to do
        public StorageFull(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /// A BMC, agent or server that Bessemer depends on did not do as asked. 500 when a client waits for it.
    public static final class Hardware extends Failure {
        private final boolean retryable;

        public Hardware(String message, boolean retryable, Throwable cause) {
            super(message, cause);
            this.retryable = retryable;
        }

        public boolean retryable() {
            return retryable;
        }
    }
}
