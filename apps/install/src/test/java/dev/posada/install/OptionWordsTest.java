package dev.posada.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionWordsTest {
    private final OptionTable table = OptionTable.read();

    private Map<String, Optional<String>> parse(String option, String text) {
        return OptionWords.parse(table.section(option), text);
    }

    @Test
    void leadingWordsStandForTheFirstSuboptions() {
        assertThat(parse("disk", "/a/b,cache=none"))
                .containsExactly(Map.entry("path", Optional.of("/a/b")), Map.entry("cache", Optional.of("none")));
        assertThat(parse("filesystem", "/source,/target"))
                .containsExactly(
                        Map.entry("source", Optional.of("/source")), Map.entry("target", Optional.of("/target")));
    }

    @Test
    void commasBelongToValuesThatTakeThem() {
        assertThat(parse("vcpus", "4,cpuset=1-3,5,^2,sockets=2"))
                .containsEntry("cpuset", Optional.of("1-3,5,^2"))
                .containsEntry("sockets", Optional.of("2"));
        assertThat(parse("boot", "kernel=/k,cmdline=a,b=c")).containsEntry("cmdline", Optional.of("a,b=c"));
    }

    @Test
    void quotesKeepCommasTogether() {
        assertThat(parse("disk", "path=\"/a,b\",serial='c,d'"))
                .containsEntry("path", Optional.of("/a,b"))
                .containsEntry("serial", Optional.of("c,d"));
        assertThatThrownBy(() -> parse("disk", "path=\"/a")).hasMessage("No closing quotation");
    }

    @Test
    void numbersInNamesAreFoundAfterTheirWords() {
        var section = table.section("cpu");
        assertThat(OptionWords.find(section, "numa.cell12.cache3.size.value")).isPresent();
        assertThat(OptionWords.find(section, "numa.cell.id")).isPresent();
        assertThat(OptionWords.find(section, "numa.cellx.id")).isEmpty();
        assertThat(OptionSetter.number("numa.cell12.cache3.size.value", "cell")).isEqualTo(12);
        assertThat(OptionSetter.number("numa.cell12.cache3.size.value", "cache"))
                .isEqualTo(3);
        assertThat(OptionSetter.number("numa.cell.id", "cell")).isZero();
    }

    @Test
    void everySectionOfTheTableCanBeRead() {
        for (var name : table.names()) {
            var section = table.section(name);
            assertThat(section.suboptions()).as(name).isNotEmpty();
            assertThat(OptionSetter.listed(section)).as(name).hasSameSizeAs(section.suboptions());
            for (var suboption : section.suboptions()) {
                assertThat(NodePath.parse(lastOf(suboption)))
                        .as(name + " " + suboption.name())
                        .isNotNull();
            }
            for (var first : section.first()) {
                assertThat(OptionWords.find(section, first).isPresent() || isRewritten(name, first))
                        .as(name + " begins with " + first)
                        .isTrue();
            }
        }
    }

    /** Paths that begin above their part are resolved against it. */
    private static String lastOf(Suboption suboption) {
        return OptionSetter.lastPath(suboption).replace("../", "");
    }

    private static boolean isRewritten(String option, String first) {
        return List.of("cputune model").contains(option + " " + first);
    }
}
