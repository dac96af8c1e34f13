package io.bessemer.server;

import io.bessemer.core.driver.HardwareType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds hardware types: ours, and those in jars under `plugins/` of the data directory.
final class HardwareTypes {
    private HardwareTypes() {
    }

    /// @param configured types that were made with this server's settings; they stand for those of the same class
    /// @throws IllegalStateException when two types have one name
    static Map<String, HardwareType> load(Path plugins, List<HardwareType> configured) {
        Map<String, HardwareType> types = new TreeMap<>();
        configured.forEach(type -> types.put(type.name(), type));
        Set<Class<?>> known = configured.stream().map(Object::getClass).collect(Collectors.toSet());
        for (ServiceLoader.Provider<HardwareType> provider : ServiceLoader.load(HardwareType.class, loader(plugins)).stream().toList()) {
            if (known.contains(provider.type())) {
                continue;
            }
            HardwareType type = provider.get();
            HardwareType other = types.putIfAbsent(type.name(), type);
            if (other != null) {
                throw new IllegalStateException("Two hardware types are named '%s': %s and %s. Remove one of the jars from %s."
                        .formatted(type.name(), other.getClass().getName(), type.getClass().getName(), plugins));
            }
        }
        return types;
    }

    private static ClassLoader loader(Path plugins) {
        ClassLoader ours = HardwareTypes.class.getClassLoader();
        if (!Files.isDirectory(plugins)) {
            return ours;
        }
        try (Stream<Path> jars = Files.list(plugins)) {
            List<URL> urls = jars.filter(jar -> jar.toString().endsWith(".jar")).sorted().map(HardwareTypes::url).toList();
            return urls.isEmpty() ? ours : new URLClassLoader("plugins", urls.toArray(URL[]::new), ours);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + plugins, e);
        }
    }

    private static URL url(Path jar) {
        try {
            return jar.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
