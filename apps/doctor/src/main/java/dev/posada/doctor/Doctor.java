package dev.posada.doctor;

import dev.posada.terminal.Console;
import dev.posada.terminal.Terminals;
import dev.posada.terminal.Tool;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code posada doctor}. */
public final class Doctor implements Tool {
    private static final String USAGE = """
            usage: posada doctor [OPTION]... [qemu|docker|jvm|network|storage|host|all]...

            Looks at what this host can run, and says for each thing that is missing what to
            do about it. Changes nothing; no daemon has to run.

              -c, --connect URI     ask this daemon too, which must answer then
              --output text|json    lines for people, or objects for programs
              -q, --quiet           say nothing: the exit status tells
              --root DIR            look at a host that is mounted there
              -h, --help            show this text and end

            Exit status: 0 when nothing that is needed is missing (no FAIL), 1 otherwise.
            """;

    @Override
    public int run(List<String> words, Console console) {
        var request = new Request();
        var mistake = request.read(words);
        if (mistake.isPresent()) {
            console.err().println("posada doctor: " + mistake.get());
            console.err().print(USAGE);
            return 1;
        }
        if (request.help) {
            console.out().print(USAGE);
            return 0;
        }
        var host = new Host(request.root, System.getProperty("user.name", "").equals("root"));
        var report = examine(host, request.topics, request.uri);
        if (!request.quiet) {
            console.out()
                    .print(request.json ? report.json() : report.text(Terminals.isTerminal(Terminals.Descriptor.OUT)));
        }
        return report.isHealthy() ? 0 : 1;
    }

    /** Looks at some sides of a host. */
    static Report examine(Host host, Set<Topic> topics, Optional<String> uri) {
        var report = new Report();
        for (var topic : topics) {
            for (var check : checks(topic, topics.size() == 1, uri)) {
                check.look(host, report);
            }
        }
        return report;
    }

    private static List<Check> checks(Topic topic, boolean alone, Optional<String> uri) {
        return switch (topic) {
            case QEMU -> List.of(new KvmChecks(), new CgroupChecks(), new EmulatorChecks());
            case DOCKER -> List.of(new DockerChecks(alone));
            case JVM -> List.of(new JvmChecks());
            case NETWORK -> List.of(new NetworkChecks());
            case STORAGE -> List.of(new StorageChecks());
            case HOST -> List.of(new DaemonChecks(uri), new HostChecks());
        };
    }

    /** What the words ask for. */
    private static final class Request {
        private final Set<Topic> topics = EnumSet.noneOf(Topic.class);
        private Optional<String> uri = Optional.empty();
        private Path root = Path.of("/");
        private boolean json;
        private boolean quiet;
        private boolean help;

        /** Takes the words in; a complaint when one makes no sense. */
        Optional<String> read(List<String> words) {
            for (int i = 0; i < words.size(); i++) {
                var word = words.get(i);
                var value = i + 1 < words.size() ? Optional.of(words.get(i + 1)) : Optional.<String>empty();
                switch (word) {
                    case "-h", "--help" -> help = true;
                    case "-q", "--quiet" -> quiet = true;
                    case "all" -> topics.addAll(EnumSet.allOf(Topic.class));
                    case "-c", "--connect", "--output", "--root" -> {
                        if (value.isEmpty()) {
                            return Optional.of("option " + word + " needs a value");
                        }
                        var complaint = option(word, value.get());
                        if (complaint.isPresent()) {
                            return complaint;
                        }
                        i++;
                    }
                    default -> {
                        var topic = Topic.of(word);
                        if (topic.isEmpty()) {
                            return Optional.of(
                                    word.startsWith("-")
                                            ? "there is no option " + word
                                            : "there is no topic '" + word + "'");
                        }
                        topics.add(topic.get());
                    }
                }
            }
            if (topics.isEmpty()) {
                topics.addAll(EnumSet.allOf(Topic.class));
            }
            return Optional.empty();
        }

        private Optional<String> option(String word, String value) {
            switch (word) {
                case "--root" -> root = Path.of(value).toAbsolutePath().normalize();
                case "--output" -> {
                    if (!value.equals("json") && !value.equals("text")) {
                        return Optional.of("--output can be text or json, not '" + value + "'");
                    }
                    json = value.equals("json");
                }
                default -> uri = Optional.of(value);
            }
            return Optional.empty();
        }
    }
}
