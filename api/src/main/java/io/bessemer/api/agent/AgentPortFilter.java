package io.bessemer.api.agent;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/// Shows machines on the provisioning network nothing but what they need: a request that came in on the agent port and is not
/// for an agent resource meets 404. The server makes the port's connector, and this filter with the port's number.
public final class AgentPortFilter implements Filter {
    private static final Set<String> FIRST_SEGMENTS = Set.of("agent", "hosts", "lookup", "heartbeat", "continue_inspection");

    private final int agentPort;

    public AgentPortFilter(int agentPort) {
        this.agentPort = agentPort;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        if (request.getLocalPort() == agentPort && !forAgents(((HttpServletRequest) request).getRequestURI())) {
            ((HttpServletResponse) response).sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        chain.doFilter(request, response);
    }

    /// By the path as it was sent: anything that would have to be decoded or normalised first is not an agent's request.
    static boolean forAgents(String path) {
        if (path.equals("/")) {
            return true; // Ironic's ramdisk asks for the versions first
        }
        if (!path.startsWith("/v1/") || path.contains("..") || path.contains("//") || path.indexOf('%') >= 0 || path.indexOf(';') >= 0) {
            return false;
        }
        String rest = path.substring("/v1/".length());
        int end = rest.indexOf('/');
        return FIRST_SEGMENTS.contains(end < 0 ? rest : rest.substring(0, end));
    }
}
