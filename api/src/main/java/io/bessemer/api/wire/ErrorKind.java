package io.bessemer.api.wire;

import io.bessemer.core.fault.Failure;
import java.util.Locale;

/// The kinds of errors that a client can be answered. Every error is of one; `docs/reference/errors.md` is written from here. The message of an error
/// says what was wrong with this request, its kind says what such errors mean and what to do about them.
public enum ErrorKind {
    INVALID_VALUE(400, "A field, argument or part of the path has a value that is not allowed, or is not known.",
            "Correct what the message names. It says what was found and what is allowed."),
    MISSING_FIELD(400, "A member of the body that is needed is absent or null.", "Send it; the message says what belongs there."),
    WRONG_STATE(400, "The node is in a state in which this cannot be done.",
            "Wait, or bring the node into a state that allows it: `baremetal node show NODE --fields provision_state`. All states and verbs: [lifecycle.md](lifecycle.md)."),
    IN_MAINTENANCE(400, "The node is in maintenance, in which nothing is started that would change it.",
            "Look why (`maintenance_reason`, `fault`), mend it, then `baremetal node maintenance unset NODE`."),
    RETIRED(400, "The node is retired and shall not become available again.", "`baremetal node unset NODE --retired`, if it shall."),
    UNKNOWN_DRIVER(400, "No conductor has the driver enabled.", "Choose one of the enabled drivers, which the message lists, or enable it in the server's settings."),
    NOT_SUPPORTED(400, "The node's driver, its hardware, or Bessemer cannot do this.",
            "Use another interface or driver (`baremetal node validate NODE`); [api.md](api.md) says what each can do."),
    MALFORMED_BODY(400, "The body is not JSON, or JSON of another shape than expected here.", "Send what the message asks for: an object, or for PATCH an array of operations."),
    MALFORMED_REQUEST(400, "The request is no well-formed HTTP, or lacks a header or argument without which it makes no sense.", "Correct the client."),
    NOT_LOGGED_IN(401, "The request brings no credentials, or such as do not hold (any more): user and password, a Keystone token, the token of a machine.",
            "Log in anew. [How](../how-to/authentication.md). A machine boots again to get a fresh token."),
    PROTECTED(403, "The node is protected from being undeployed, rebuilt or deleted.", "`baremetal node unset NODE --protected`, if you mean it."),
    FORBIDDEN(403, "You may see it, but not do this with it.", "Ask somebody with the role that the message names, or an administrator for that role. [Who may do what](permissions.md)."),
    NOT_FOUND(404, "There is no such thing, or it is not yours to see: the two look the same on purpose.",
            "Check the name or UUID in the list of these things; ask for the project's role if it should be there."),
    NO_SUCH_PATH(404, "The path is no resource, or one that is younger than the API version of the request.",
            "Check the path; ask by a newer version (`X-OpenStack-Ironic-API-Version`, `--os-baremetal-api-version`). [All paths and their versions](api.md)."),
    METHOD_NOT_ALLOWED(405, "The resource does not take this method, or not at the API version of the request.", "The header `Allow` lists the methods; or ask by a newer version."),
    VERSION_NOT_OFFERED(406, "The API version of the request is malformed or out of the range that is offered.",
            "Ask by a version within the range, which stands in the headers of every answer."),
    VERSION_TOO_OLD(406, "A field, argument, filter or verb is younger than the API version of the request.", "Ask by the version that the message names, or a newer one."),
    TOO_SLOW(408, "The request did not come in time: its head, or its body at the least rate.",
            "Send it at once. If the network is that slow, an operator may raise `bessemer.doors.head` or lower `bessemer.doors.least-rate`."),
    LOCKED(409, "Somebody else works on the node at this moment.", "Try again in a moment. `reservation` of the node says who it is, `/v1/nodes/NODE/explain` what it is at."),
    CONFLICT(409, "It contradicts what is there: something is in use, has changed meanwhile, or belongs to another.", "The message says what stands in the way, and how to move it."),
    ALREADY_EXISTS(409, "A UUID, name or MAC address is taken. They are unique over all projects, so the holder may be hidden from you.",
            "Choose another. Where it should be yours to use, ask an administrator who has it."),
    STALE_COMMAND(409, "To machines alone: the command belongs to an earlier attempt.", "The agent drops it and asks for the next."),
    GONE(410, "The cursor of a stream of events is older than what is kept, or than the database.", "Read what there is anew (the lists of nodes, ports, ...), then begin a stream from now."),
    BODY_TOO_LARGE(413, "The body is larger than is accepted: 1 MiB, 64 MiB with a config drive.", "Send less; a large config drive by its URL."),
    NOT_JSON(415, "The body does not claim to be JSON.", "Send `Content-Type: application/json`."),
    HARDWARE_FAILED(500, "A BMC or another server that Bessemer depends on did not do as asked.", "Check what the message names: power, cabling, address, credentials. Then try again."),
    INTERNAL(500, "A bug of Bessemer.", "Report it with the log's lines of the request id, which is in the message and in the header `X-OpenStack-Request-ID`."),
    TRY_LATER(503, "The server can not answer now: Keystone is away, too many log in at once, all streams of events are taken, or your address has as many connections as it may.", "Try again in some seconds. If it lasts, look at what the message names."),
    STORAGE_FULL(507, "The server's disk has no room for what was to be stored.", "Make room in the folder that the message names.");

    private final int status;
    private final String meaning;
    private final String cure;

    ErrorKind(int status, String meaning, String cure) {
        this.status = status;
        this.meaning = meaning;
        this.cure = cure;
    }

    public int status() {
        return status;
    }

    public String meaning() {
        return meaning;
    }

    public String cure() {
        return cure;
    }

    /// As clients see it: `invalid-value`.
    public String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static ErrorKind of(Failure failure) {
        return switch (failure) {
            case Failure.Invalid _ -> INVALID_VALUE;
            case Failure.Missing _ -> MISSING_FIELD;
            case Failure.InvalidState _ -> WRONG_STATE;
            case Failure.NodeInMaintenance _ -> IN_MAINTENANCE;
            case Failure.NodeRetired _ -> RETIRED;
            case Failure.DriverNotFound _ -> UNKNOWN_DRIVER;
            case Failure.Unsupported _ -> NOT_SUPPORTED;
            case Failure.Unauthorized _ -> NOT_LOGGED_IN;
            case Failure.NodeProtected _ -> PROTECTED;
            case Failure.Forbidden _ -> FORBIDDEN;
            case Failure.NotFound _ -> NOT_FOUND;
            case Failure.NodeLocked _ -> LOCKED;
            case Failure.Conflict _, Failure.InstanceAssociated _ -> CONFLICT;
            case Failure.NodeAlreadyExists _, Failure.NameAlreadyExists _, Failure.MacAlreadyExists _ -> ALREADY_EXISTS;
            case Failure.Hardware _ -> HARDWARE_FAILED;
            case Failure.StorageFull _ -> STORAGE_FULL;
        };
    }

    /// Of an error that the container or Spring found, of which there is no more than the status.
    static ErrorKind of(int status) {
        return switch (status) {
            case 404 -> NO_SUCH_PATH;
            case 405 -> METHOD_NOT_ALLOWED;
            case 408 -> TOO_SLOW;
            case 410 -> GONE;
            case 413 -> BODY_TOO_LARGE;
            case 415 -> NOT_JSON;
            case 503 -> TRY_LATER;
            default -> status < 500 ? MALFORMED_REQUEST : INTERNAL;
        };
    }
}
