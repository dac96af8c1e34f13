package io.bessemer.api.identity;

import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Puts the gatekeeper before every path and every other interceptor.
@Configuration
class IdentityConfiguration implements WebMvcConfigurer {
    private final Gatekeeper gatekeeper;

    IdentityConfiguration(Gatekeeper gatekeeper) {
        this.gatekeeper = gatekeeper;
    }

    @Override
    public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(gatekeeper).addPathPatterns("/**").order(Ordered.HIGHEST_PRECEDENCE);
    }
}
