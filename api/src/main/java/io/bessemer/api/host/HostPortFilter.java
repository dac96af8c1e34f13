package io.bessemer.api.host;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;

/// Keeps what hosts ask on the port of hosts, and everything else off it: both meet 404.
public final class HostPortFilter implements Filter {
    /// by the path as it was sent: anything that would have to be decoded first is not a host's request
    private static final Pattern FOR_HOSTS = Pattern.compile("/v1/hosts/[0-9a-fA-F-]{36}/(join|certificate|report)");

    private final int port;

    public HostPortFilter(int port) {
        this.port = port;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) throws IOException, ServletException {
        boolean forHosts = FOR_HOSTS.matcher(((HttpServletRequest) request).getRequestURI()).matches();
        if (forHosts != (request.getLocalPort() == port)) {
            ((HttpServletResponse) response).sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        chain.doFilter(request, response);
    }
}
