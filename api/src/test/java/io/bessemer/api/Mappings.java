package io.bessemer.api;

import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/// All requests that resources answer, as in `GET /v1/nodes/{ident}/states`.
public final class Mappings {
    private Mappings() {
    }

    /// By reflection, so that a resource needs no server to be found.
    public static List<String> all() throws ClassNotFoundException {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(RestController.class));
        List<String> found = new ArrayList<>();
        for (var candidate : scanner.findCandidateComponents(ApiConfiguration.class.getPackageName())) {
            Class<?> resource = Class.forName(candidate.getBeanClassName());
            RequestMapping above = AnnotatedElementUtils.findMergedAnnotation(resource, RequestMapping.class);
            for (var method : resource.getDeclaredMethods()) {
                RequestMapping mapping = AnnotatedElementUtils.findMergedAnnotation(method, RequestMapping.class);
                if (mapping == null) {
                    continue;
                }
                for (String base : above == null ? new String[] {""} : above.path()) {
                    for (String path : mapping.path().length == 0 ? new String[] {""} : mapping.path()) {
                        List<String> verbs = mapping.method().length == 0 ? List.of("GET", "POST", "PUT", "PATCH", "DELETE") : List.of(mapping.method()).stream().map(RequestMethod::name).toList();
                        verbs.forEach(verb -> found.add(verb + " " + base + path));
                    }
                }
            }
        }
        return found;
    }
}
