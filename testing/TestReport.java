import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * Counts what Surefire reported: {@code java TestReport.java STRICT BUILD MAY-SKIP MODULE...}. Lists what failed and,
 * with the reason, what was skipped; the last line is the count. STRICT is {@code true} where a test may be skipped only
 * if the file MAY-SKIP allows it; BUILD is {@code broken} when not all tests could run, which counts as one failure. The
 * exit status is 0 when nothing failed.
 */
final class TestReport {
    private enum Outcome {
        PASSED,
        FAILED,
        SKIPPED
    }

    private record Test(String name, Outcome outcome, String reason) {}

    private TestReport() {}

    public static void main(String[] words) throws Exception {
        var tests = new ArrayList<Test>();
        for (var module : List.of(words).subList(3, words.length)) {
            for (var report : reports(Path.of(module, "target/surefire-reports"))) {
                tests.addAll(read(report));
            }
        }
        boolean strict = words[0].equals("true");
        var allowed = patterns(Path.of(words[2]));
        var failed = tests.stream().filter(test -> test.outcome == Outcome.FAILED).toList();
        var skipped = tests.stream().filter(test -> test.outcome == Outcome.SKIPPED).toList();
        var refused = skipped.stream().filter(test -> strict && !mayBeSkipped(test, allowed)).toList();
        boolean broken = words[1].equals("broken");
        failed.forEach(test -> System.out.println("FAILED  " + test.name + ": " + test.reason));
        if (broken) {
            System.out.println("FAILED  the build, before all tests had run");
        }
        skipped.forEach(test -> System.out.println("skipped " + test.name + ": " + test.reason));
        refused.forEach(test -> System.out.println("FAILED  " + test.name
                + ": skipped in CI for want of something that can be installed (" + test.reason + ")"));
        int failures = failed.size() + refused.size() + (broken ? 1 : 0);
        long passed = tests.size() - failed.size() - skipped.size();
        System.out.println(
                passed + " passed, " + failures + " failed, " + (skipped.size() - refused.size()) + " skipped");
        System.exit(failures == 0 && !tests.isEmpty() ? 0 : 1);
    }

    private static List<File> reports(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
                    .sorted(Comparator.naturalOrder())
                    .map(Path::toFile)
                    .toList();
        }
    }

    private static List<Test> read(File report) throws ParserConfigurationException, IOException {
        var tests = new ArrayList<Test>();
        try {
            var cases = DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(report)
                    .getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                tests.add(test((Element) cases.item(i)));
            }
        } catch (SAXException torn) {
            tests.add(new Test(report.getName(), Outcome.FAILED, "its report is torn: the test JVM died"));
        }
        return tests;
    }

    private static Test test(Element one) {
        var name = one.getAttribute("classname") + "#" + one.getAttribute("name");
        for (var kind : List.of("failure", "error")) {
            var found = one.getElementsByTagName(kind);
            if (found.getLength() > 0) {
                return new Test(name, Outcome.FAILED, firstLine((Element) found.item(0)));
            }
        }
        var skips = one.getElementsByTagName("skipped");
        return skips.getLength() == 0
                ? new Test(name, Outcome.PASSED, "")
                : new Test(name, Outcome.SKIPPED, firstLine((Element) skips.item(0)));
    }

    private static String firstLine(Element outcome) {
        var message = outcome.getAttribute("message");
        var text = message.isBlank() ? outcome.getTextContent() : message;
        return text.strip().lines().findFirst().orElse("no reason given").replace("Assumption failed: ", "");
    }

    private static List<Pattern> patterns(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .map(line -> Pattern.compile(line.split(" # ", 2)[0].strip()))
                .toList();
    }

    private static boolean mayBeSkipped(Test test, List<Pattern> allowed) {
        return allowed.stream()
                .anyMatch(pattern -> pattern.matcher(test.reason).matches()
                        || pattern.matcher(test.name).matches());
    }
}
