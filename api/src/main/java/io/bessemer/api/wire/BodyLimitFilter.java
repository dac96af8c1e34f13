package io.bessemer.api.wire;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// Refuses bodies that no client has reason to send, before they are in memory: by their announced length, and while they are
/// read when they announce none.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class BodyLimitFilter extends OncePerRequestFilter {
    static final long USUAL_LIMIT = 1L << 20;
    /// A config drive travels in the body as base64; Ironic's own limit for the image is 64 MiB.
    static final long CONFIG_DRIVE_LIMIT = 64L << 20;

    private static final Pattern WITH_CONFIG_DRIVE = Pattern.compile("/v1/nodes/[^/]+/states/provision/?");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws ServletException, IOException {
        long limit = WITH_CONFIG_DRIVE.matcher(request.getRequestURI()).matches() ? CONFIG_DRIVE_LIMIT : USUAL_LIMIT;
        if (request.getContentLengthLong() > limit) {
            // what was not read cannot be skipped cheaply, so the connection ends here
            response.setHeader("Connection", "close");
            ErrorBody.write(response, ErrorKind.BODY_TOO_LARGE, message(limit));
            response.flushBuffer();
            return;
        }
        try {
            chain.doFilter(new Limited(request, limit), response);
        } catch (WireException fault) { // of a body that a filter read: nobody else would tell, and Tomcat would write it into the log
            if (!response.isCommitted()) {
                response.reset();
                NegotiationFilter.putHeaders(response, RequestContext.of(request).version(), RequestContext.of(request).requestId());
                ErrorBody.write(response, fault.kind(), fault.getMessage());
            }
        }
    }

    private static String message(long limit) {
        return "The request body is larger than %d bytes, the most that is accepted here.".formatted(limit);
    }

    private static final class Limited extends HttpServletRequestWrapper {
        private final long limit;
        private ServletInputStream stream;

        Limited(HttpServletRequest request, long limit) {
            super(request);
            this.limit = limit;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            if (stream == null) {
                stream = new LimitedStream(super.getInputStream(), limit);
            }
            return stream;
        }
    }

    private static final class LimitedStream extends ServletInputStream {
        private final ServletInputStream in;
        private final long limit;
        private long count;

        LimitedStream(ServletInputStream in, long limit) {
            this.in = in;
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            counted(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = in.read(buffer, offset, length);
            counted(Math.max(read, 0));
            return read;
        }

        private void counted(int more) {
            count += more;
            if (count > limit) {
                throw new WireException(ErrorKind.BODY_TOO_LARGE, message(limit));
            }
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }
    }
}
