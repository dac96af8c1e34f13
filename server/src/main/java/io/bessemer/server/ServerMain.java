package io.bessemer.server;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/// `./bessemer serve`.
@SpringBootApplication
@ConfigurationPropertiesScan
public class ServerMain {
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_USAGE = 2;

    private static final String USAGE = """
            Usage: ./bessemer serve [--config FILE] [--data-dir DIR] [--listen ADDR:PORT] [--KEY=VALUE ...]

              --config FILE       settings in YAML or properties form; see docs/reference/configuration.md
              --data-dir DIR      database, keys, images and boot files (default: work)
              --listen ADDR:PORT  of the API (default: 127.0.0.1:6385)
              --KEY=VALUE         any setting, such as --bessemer.database.url=jdbc:mariadb://db/bessemer

            The server runs until it is interrupted; it finishes what it can and goes on with the rest when it is started again.
            """;

    public static void main(String[] args) {
        List<String> settings;
        try {
            settings = settings(args);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage());
            System.err.print(USAGE);
            System.exit(EXIT_USAGE);
            return;
        }
        if (settings.contains("--help")) {
            System.out.print(USAGE);
            return;
        }
        if (settings.contains("--train")) {
            Training.run();
            return;
        }
        try {
            start(settings);
        } catch (RuntimeException failed) {
            System.err.println("bessemer: the server did not start: " + StartFailure.explain(failed));
            System.exit(EXIT_FAILED);
        }
    }

    static ConfigurableApplicationContext start(List<String> settings) {
        return start(settings, _ -> {});
    }

    /// @param first comes before the settings are checked
    static ConfigurableApplicationContext start(List<String> settings, ApplicationContextInitializer<ConfigurableApplicationContext> first) {
        SpringApplication application = new SpringApplication(ServerMain.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.addInitializers(first, new SettingsCheck());
        return application.run(settings.toArray(String[]::new));
    }

    /// Our options as Spring's.
    ///
    /// @throws IllegalArgumentException that names the option
    static List<String> settings(String[] args) {
        List<String> settings = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            String name = arg.contains("=") ? arg.substring(0, arg.indexOf('=')) : arg;
            switch (name) {
                case "--help", "-h" -> settings.add("--help");
                case "--train" -> settings.add("--train"); // for the launcher: see Training
                case "--config", "--data-dir", "--listen" -> {
                    String value;
                    if (arg.contains("=")) {
                        value = arg.substring(arg.indexOf('=') + 1);
                    } else if (i + 1 < args.length) {
                        value = args[++i];
                    } else {
                        throw new IllegalArgumentException("serve: " + name + " needs a value.");
                    }
                    settings.add(setting(name, value));
                }
                default -> {
                    if (!arg.matches("--(bessemer|logging|spring|server)\\.[\\w.\\-\\[\\]]+=.*")) {
                        throw new IllegalArgumentException("serve: unknown option " + arg + ".");
                    }
                    settings.add(arg);
                }
            }
        }
        return settings;
    }

    private static String setting(String option, String value) {
        return switch (option) {
            case "--config" -> {
                if (!Files.isReadable(Path.of(value))) {
                    throw new IllegalArgumentException("serve: --config is '" + value + "', which cannot be read. Check the path.");
                }
                yield "--spring.config.additional-location=file:" + Path.of(value).toAbsolutePath();
            }
            case "--data-dir" -> "--bessemer.data-dir=" + value;
            default -> "--bessemer.api.listen=" + value;
        };
    }
}
