package io.bessemer.api.identity;

import io.bessemer.api.wire.Caller;
import io.bessemer.core.fault.Failure;
import jakarta.servlet.http.HttpServletRequest;

/// Says who sent a request.
public interface Authentication {
    /// @throws Failure.Unauthorized when the request does not prove who it is from
    Caller authenticate(HttpServletRequest request);

    /// What a refused client is told to come with: the value of `WWW-Authenticate`; empty for nothing.
    String challenge();

    /// Nobody has to log in.
    final class None implements Authentication {
        @Override
        public Caller authenticate(HttpServletRequest request) {
            return Caller.anybody();
        }

        @Override
        public String challenge() {
            return "";
        }
    }
}
