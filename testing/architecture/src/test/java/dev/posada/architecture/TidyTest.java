package dev.posada.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** House rules a reviewer should not have to repeat; each failure names the file, the line and the remedy. */
class TidyTest {
    private static final int LONGEST_FILE_LINES = 800;

    /** Files that may be longer, each with its reason. */
    private static final Map<String, String> LONGER = Map.of();

    private static final Pattern BANNED_NAME =
            Pattern.compile("^(Abstract|Base).+|.+(Manager|Helper|Util|Utils|Handler|Processor|Impl)$");

    /** What each line may not say in main code: a pattern, and what to do instead. */
    private static final Map<Pattern, String> BANNED_IN_MAIN = Map.of(
            Pattern.compile("Thread\\.sleep\\("), "wait for a condition with a deadline",
            Pattern.compile("System\\.out\\."), "only results go to standard output, from the program's own main class",
            Pattern.compile("printStackTrace\\("), "log it or let it pass",
            Pattern.compile("throw new RuntimeException\\("), "throw the module's own exception",
            Pattern.compile("\\bTODO\\b|\\bFIXME\\b|\\bXXX\\b"), "finish it, or open an issue and name it");

    private static final Pattern MUTABLE_STATIC = Pattern.compile(
            "^\\s*(?:public |protected |private )?static (?!final\\b)(?:volatile |transient )*[A-Z][\\w<>,?\\[\\] ]* \\w+\\s*(?:=|;)");

    private final SourceTree tree = SourceTree.ofThisCheckout();

    @Test
    void filesStayShort() {
        var offences = new ArrayList<String>();
        for (var source : tree.allSources()) {
            int lines = SourceTree.read(source).split("\n", -1).length;
            var name = tree.relative(source);
            if (lines > LONGEST_FILE_LINES && !LONGER.containsKey(name)) {
                offences.add(name + " has " + lines + " lines: look for the seam, or give a reason in this test");
            }
        }
        assertThat(offences).isEmpty();
    }

    @Test
    void namesSayWhatThingsAre() {
        assertThat(mainSources()
                        .map(this::typeName)
                        .filter(name -> BANNED_NAME.matcher(name).matches()))
                .isEmpty();
    }

    @Test
    void mainCodeKeepsTheHouseRules() {
        var offences = new ArrayList<String>();
        mainSources()
                .forEach(source -> eachLine(source, (line, text) -> {
                    for (var rule : BANNED_IN_MAIN.entrySet()) {
                        if (rule.getKey().matcher(text).find() && !isComment(text) && !allowedToPrint(source, text)) {
                            offences.add(
                                    tree.relative(source) + ":" + line + ": " + text.strip() + " — " + rule.getValue());
                        }
                    }
                }));
        assertThat(offences).isEmpty();
    }

    @Test
    void noStaticMutableState() {
        var offences = new ArrayList<String>();
        mainSources()
                .forEach(source -> eachLine(source, (line, text) -> {
                    if (MUTABLE_STATIC.matcher(text).find()) {
                        offences.add(tree.relative(source) + ":" + line + ": " + text.strip()
                                + " — two daemons can live in one JVM: keep it in an object");
                    }
                }));
        assertThat(offences).isEmpty();
    }

    @Test
    void testsDoNotSleep() {
        var offences = new ArrayList<String>();
        for (var source : tree.allSources()) {
            if (source.getFileName().toString().equals("TidyTest.java")) {
                continue;
            }
            eachLine(source, (line, text) -> {
                if (text.contains("Thread.sleep(")) {
                    offences.add(tree.relative(source) + ":" + line + ": wait for a condition with a deadline");
                }
            });
        }
        assertThat(offences).isEmpty();
    }

    @Test
    void everyPackageOfMainCodeIsNullMarked() {
        var offences = new ArrayList<String>();
        mainSources().map(Path::getParent).distinct().forEach(folder -> {
            var page = folder.resolve("package-info.java");
            if (!Files.exists(page) || !SourceTree.read(page).contains("@NullMarked")) {
                offences.add(tree.relative(folder) + ": needs a package-info.java with @NullMarked");
            }
        });
        assertThat(offences).isEmpty();
    }

    @Test
    void eachModuleIsOnePackageOfItsName() {
        var offences = new ArrayList<String>();
        tree.modules().forEach((module, folder) -> {
            for (var source : tree.mainSources(folder)) {
                var expected = folder.resolve("src/main/java/dev/posada").resolve(module);
                if (!source.getParent().equals(expected)) {
                    offences.add(tree.relative(source) + ": a second package usually means a second module wants out");
                }
            }
        });
        assertThat(offences).isEmpty();
    }

    private java.util.stream.Stream<Path> mainSources() {
        return tree.modules().values().stream().flatMap(folder -> tree.mainSources(folder).stream());
    }

    private String typeName(Path source) {
        return source.getFileName().toString().replace(".java", "");
    }

    /** An example in Javadoc may print. */
    private static boolean isComment(String text) {
        return text.strip().startsWith("*") && !text.contains("TODO");
    }

    /** Programs print their results; their main classes are known by {@code static void main}. */
    private static boolean allowedToPrint(Path source, String text) {
        return text.contains("System.out.") && SourceTree.read(source).contains("static void main(");
    }

    private static void eachLine(Path source, LineCheck check) {
        List<String> lines = SourceTree.read(source).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            check.line(i + 1, lines.get(i));
        }
    }

    private interface LineCheck {
        void line(int number, String text);
    }
}
