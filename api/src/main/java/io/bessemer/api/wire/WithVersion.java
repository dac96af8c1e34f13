package io.bessemer.api.wire;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Set;

/// A request whose path lacks the version, as Ironic takes it: `/nodes/detail` is `/v1/nodes/detail`. Everything behind the first
/// filter, those that guard doors included, sees the full path.
final class WithVersion extends HttpServletRequestWrapper {
    /// Ironic's collections; what is ours alone is asked for by its whole path
    private static final Set<String> COLLECTIONS = Set.of("allocations", "chassis", "conductors", "continue_inspection", "deploy_templates", "drivers", "events",
            "heartbeat", "inspection_rules", "lookup", "nodes", "portgroups", "ports", "runbooks", "shards", "volume");

    private WithVersion(HttpServletRequest request) {
        super(request);
    }

    static HttpServletRequest of(HttpServletRequest request) {
        String[] segments = request.getRequestURI().split("/", 3);
        return segments.length > 1 && segments[0].isEmpty() && COLLECTIONS.contains(segments[1]) ? new WithVersion(request) : request;
    }

    @Override
    public String getRequestURI() {
        return "/v1" + super.getRequestURI();
    }

    @Override
    public StringBuffer getRequestURL() {
        StringBuffer url = super.getRequestURL();
        return url.insert(url.length() - super.getRequestURI().length(), "/v1");
    }

    @Override
    public String getServletPath() {
        return "/v1" + super.getServletPath();
    }
}
