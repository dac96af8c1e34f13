package io.bessemer.api.wire;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.slf4j.LoggerFactory;

/// Errors of requests so malformed that no filter sees them: Tomcat would answer in HTML, without the version headers. Tomcat
/// makes it by its class name, hence public.
public final class ContainerErrorValve extends ErrorReportValve {
    @Override
    protected void report(Request request, Response response, Throwable cause) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        try {
            if (response.getHeader(NegotiationFilter.VERSION) == null) {
                NegotiationFilter.putHeaders(response, Microversion.MINIMUM, NegotiationFilter.newRequestId());
            }
            ErrorBody.write(response, ErrorKind.of(response.getStatus()), response.getStatus(), "The request is malformed and was not read further (HTTP %d).".formatted(response.getStatus()));
            response.finishResponse();
        } catch (IOException | IllegalStateException clientIsGone) {
            LoggerFactory.getLogger(ContainerErrorValve.class).debug("answer to a malformed request was not sent", clientIsGone);
        }
    }
}
