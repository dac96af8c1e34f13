package io.bessemer.api.door;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.net.SocketTimeoutException;
import org.apache.catalina.connector.ClientAbortException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// Answers are read at a pace. The time between two writes, as of a stream of events on which nothing happens, does not count.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
final class ReaderPaceFilter extends OncePerRequestFilter {
    /// attribute of a request whose client read too slowly
    static final String TOO_SLOW = ReaderPaceFilter.class.getName() + ".slow";
    /// written between two looks at the clock
    private static final int SLICE = 64 << 10;

    private final Doors doors;

    ReaderPaceFilter(Doors doors) {
        this.doors = doors;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain) throws ServletException, IOException {
        chain.doFilter(request, new Paced(request, response));
    }

    private final class Paced extends HttpServletResponseWrapper {
        private final HttpServletRequest request;
        private ServletOutputStream stream;

        Paced(HttpServletRequest request, HttpServletResponse response) {
            super(response);
            this.request = request;
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            if (stream == null) {
                stream = new PacedStream(request, super.getOutputStream());
            }
            return stream;
        }

        @Override
        public void flushBuffer() throws IOException {
            if (stream == null) {
                super.flushBuffer();
                return;
            }
            stream.flush();
        }
    }

    private interface Write {
        void run() throws IOException;
    }

    private final class PacedStream extends ServletOutputStream {
        private final HttpServletRequest request;
        private final ServletOutputStream out;
        private final Pace pace = new Pace(doors.settings());

        PacedStream(HttpServletRequest request, ServletOutputStream out) {
            this.request = request;
            this.out = out;
        }

        @Override
        public void write(int value) throws IOException {
            paced(1, () -> out.write(value));
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            for (int done = 0; done < length; done += SLICE) {
                int from = offset + done;
                int slice = Math.min(SLICE, length - done);
                paced(slice, () -> out.write(bytes, from, slice));
            }
        }

        @Override
        public void flush() throws IOException {
            paced(0, out::flush);
        }

        @Override
        public void close() throws IOException {
            paced(0, out::close);
        }

        private void paced(int bytes, Write write) throws IOException {
            long began = System.nanoTime();
            try {
                write.run();
            } catch (IOException e) {
                if (e instanceof SocketTimeoutException || e.getCause() instanceof SocketTimeoutException) {
                    slow();
                }
                throw e;
            }
            if (pace.moved(bytes, System.nanoTime() - began)) {
                slow();
                throw new ClientAbortException("the answer was read too slowly");
            }
        }

        private void slow() {
            if (request.getAttribute(TOO_SLOW) == null) {
                request.setAttribute(TOO_SLOW, true);
                doors.count(DoorEvent.SLOW_READER);
            }
        }

        @Override
        public boolean isReady() {
            return out.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            out.setWriteListener(listener);
        }
    }
}
