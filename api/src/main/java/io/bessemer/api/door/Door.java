package io.bessemer.api.door;

import org.apache.coyote.http11.Http11NioProtocol;

/// HTTP/1.1 of a Tomcat connector at which nobody can stay for nothing. Tomcat makes the first one by its class name, hence public.
public final class Door extends Http11NioProtocol {
    private final DoorEndpoint endpoint;

    public Door() {
        this(new DoorEndpoint());
    }

    private Door(DoorEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    /// Before it is started.
    void guard(Doors doors) {
        setConnectionTimeout((int) doors.settings().silence().toMillis());
        setKeepAliveTimeout((int) doors.settings().idle().toMillis());
        endpoint.guard(doors);
    }
}
