package dev.posada.doctor;

import dev.posada.terminal.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was found, in order. For one thread. */
final class Report {
    private static final int LABEL_COLUMNS = 6;
    private static final int WHAT_COLUMNS = 60;

    private final List<Finding> findings = new ArrayList<>();

    /** Notes what is good. */
    void pass(Topic topic, String what, String note) {
        findings.add(new Finding(topic, what, Verdict.PASS, note, ""));
    }

    /** Notes what some will miss. */
    void warn(Topic topic, String what, String note, String remedy) {
        findings.add(new Finding(topic, what, Verdict.WARN, note, remedy));
    }

    /** Notes what is missing. */
    void fail(Topic topic, String what, String note, String remedy) {
        findings.add(new Finding(topic, what, Verdict.FAIL, note, remedy));
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Whether all that is needed is there. */
    boolean isHealthy() {
        return findings.stream().noneMatch(finding -> finding.verdict() == Verdict.FAIL);
    }

    /** The lines of virt-host-validate, and below each that is not well what to do. */
    String text(boolean colours) {
        var text = new StringBuilder();
        for (var finding : findings) {
            var label = finding.topic().label();
            text.append(" ".repeat(LABEL_COLUMNS - label.length()))
                    .append(label)
                    .append(": Checking ");
            text.append(finding.what())
                    .append(" ".repeat(Math.max(0, WHAT_COLUMNS - finding.what().length())));
            text.append(": ")
                    .append(
                            colours
                                    ? finding.verdict().coloured()
                                    : finding.verdict().name());
            if (!finding.note().isEmpty()) {
                text.append(" (").append(finding.note()).append(')');
            }
            text.append('\n');
            if (!finding.remedy().isEmpty()) {
                text.append(" ".repeat(LABEL_COLUMNS + 2))
                        .append(finding.remedy())
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** The same for programs: a list of objects. */
    String json() {
        var list = new ArrayList<Map<String, Object>>();
        for (var finding : findings) {
            var object = new LinkedHashMap<String, Object>();
            object.put("topic", finding.topic().word());
            object.put("check", finding.what());
            object.put("verdict", finding.verdict().name().toLowerCase(Locale.ROOT));
            object.put("note", finding.note());
            object.put("remedy", finding.remedy());
            list.add(object);
        }
        return Json.text(list) + "\n";
    }
}
