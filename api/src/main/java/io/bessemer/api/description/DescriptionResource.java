package io.bessemer.api.description;

import io.bessemer.api.wire.Shaped;
import io.bessemer.core.fault.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/// `/v1/openapi.json`, and `/docs`, where Swagger UI shows it. The page needs nothing from elsewhere.
@RestController
final class DescriptionResource {
    private static final MediaType SCRIPT = MediaType.valueOf("text/javascript;charset=UTF-8");
    private static final MediaType STYLE = MediaType.valueOf("text/css;charset=UTF-8");

    /// Scripts and data of this server alone. Swagger UI styles elements one by one, and draws its arrows as `data:`.
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final List<Shaped> shaped;
    private final RequestMappingHandlerMapping mappings;
    private final byte[] page = read("docs.html");
    private final Map<String, Part> parts;
    private volatile Map<String, Object> description;

    private record Part(MediaType type, byte[] content) {}

    /// @param mappings lazily, for this resource is among them
    DescriptionResource(List<Shaped> shaped, @Lazy @Qualifier("requestMappingHandlerMapping") RequestMappingHandlerMapping mappings) {
        this.shaped = List.copyOf(shaped);
        this.mappings = mappings;
        this.parts = Map.of("docs.js", new Part(SCRIPT, read("docs.js")), "docs.css", new Part(STYLE, read("docs.css")),
                "swagger-ui-bundle.js", new Part(SCRIPT, read(swagger("swagger-ui-bundle.js"))), "swagger-ui.css", new Part(STYLE, read(swagger("swagger-ui.css"))));
    }

    @GetMapping("/v1/openapi.json")
    Map<String, Object> description() {
        Map<String, Object> made = description;
        if (made == null) { // two may make it at once: it is the same
            made = new OpenApi(shaped.stream().map(Shaped::shape).toList()).describe(mappings.getHandlerMethods());
            description = made;
        }
        return made;
    }

    @GetMapping("/docs")
    ResponseEntity<byte[]> page() {
        return ResponseEntity.ok().header("Content-Security-Policy", POLICY).header("X-Content-Type-Options", "nosniff")
                .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8)).body(page);
    }

    @GetMapping("/docs/{file}")
    ResponseEntity<byte[]> part(@PathVariable String file) {
        Part part = parts.get(file);
        if (part == null) {
            throw new Failure.NotFound("File", file);
        }
        return ResponseEntity.ok().header("X-Content-Type-Options", "nosniff").header("Cache-Control", "no-cache").contentType(part.type).body(part.content);
    }

    /// The version in the webjar's paths is known to the webjar.
    private static String swagger(String file) {
        try (InputStream in = DescriptionResource.class.getResourceAsStream("/META-INF/maven/org.webjars/swagger-ui/pom.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return "/META-INF/resources/webjars/swagger-ui/%s/%s".formatted(properties.getProperty("version"), file);
        } catch (IOException e) {
            throw new IllegalStateException("the jar of Swagger UI cannot be read", e);
        }
    }

    private static byte[] read(String resource) {
        try (InputStream in = DescriptionResource.class.getResourceAsStream(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(resource + " cannot be read", e);
        }
    }
}
