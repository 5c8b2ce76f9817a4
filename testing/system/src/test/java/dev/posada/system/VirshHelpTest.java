package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Our virsh has the commands, groups and options of libvirt's; what it says about them is its own. */
class VirshHelpTest {
    @Test
    void everyCommandTakesWhatLibvirtsTakes() {
        Programs.need("virsh");
        var theirs =
                synopses(Programs.run("virsh", "-q", helpOfAll()).succeeded().out());
        var ours = synopses(OurVirsh.run(List.of("-q", helpOfAll())).out());
        var differing = new ArrayList<String>();
        theirs.forEach((name, synopsis) -> {
            var own = ours.getOrDefault(name, "(there is none)");
            if (!own.equals(synopsis)) {
                differing.add("-" + synopsis + "\n+" + own);
            }
        });
        assertThat(theirs).hasSizeGreaterThan(250);
        assertThat(String.join("\n", differing)).isEmpty();
    }

    @Test
    void groupsHaveTheSameCommandsInTheSameOrder() {
        Programs.need("virsh");
        assertThat(names(OurVirsh.run(List.of("help")).out()))
                .isEqualTo(names(Programs.run("virsh", "help").succeeded().out()));
    }

    private static String helpOfAll() {
        var line = new StringBuilder();
        for (var name : names(Programs.run("virsh", "help").succeeded().out())) {
            if (!name.startsWith("(")) {
                line.append("help ").append(name).append(';');
            }
        }
        return line.toString();
    }

    /** Command names, and headlines in parentheses. */
    private static List<String> names(String help) {
        var names = new ArrayList<String>();
        for (var line : help.lines().toList()) {
            if (line.startsWith("    ")) {
                names.add(firstWord(line));
            } else if (line.contains("(help keyword")) {
                names.add("(" + line.strip() + ")");
            }
        }
        return names;
    }

    private static Map<String, String> synopses(String pages) {
        var synopses = new LinkedHashMap<String, String>();
        boolean next = false;
        for (var line : pages.lines().toList()) {
            if (next) {
                synopses.put(firstWord(line), line.strip());
            }
            next = line.strip().equals("SYNOPSIS");
        }
        return synopses;
    }

    private static String firstWord(String line) {
        var text = line.strip();
        int end = text.indexOf(' ');
        return end < 0 ? text : text.substring(0, end);
    }
}
