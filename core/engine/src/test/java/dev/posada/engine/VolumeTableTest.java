package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.VolumeEntry;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.PosadaException;
import dev.posada.model.VolumeDefinition;
import dev.posada.model.VolumeType;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Who may do what with which volume, and what a look at a pool changes of that. */
final class VolumeTableTest {
    private static final VolumeDefinition DEFINITION = new VolumeDefinition(Element.of("volume"));

    private final VolumeTable table = new VolumeTable("p", ErrorOrigin.STORAGE);

    private static VolumeEntry entry(String name) {
        return new VolumeEntry(name, "/p/" + name, "/p/" + name, VolumeType.FILE);
    }

    private void found(String... names) {
        try (var look = table.look()) {
            look.take(List.of(names).stream().map(VolumeTableTest::entry).toList());
        }
    }

    private List<String> names() {
        return table.entries().stream().map(VolumeEntry::name).sorted().toList();
    }

    private static void refused(ErrorCode code, String words, ThrowingCallable act) {
        assertThatThrownBy(act).isInstanceOfSatisfying(PosadaException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e).hasMessageContaining(words);
        });
    }

    @Test
    void aVolumeThatIsBeingMadeIsSeenAndLeftAlone() {
        try (var making = table.reserve(entry("v"), DEFINITION)) {
            assertThat(names()).containsExactly("v");
            assertThat(table.making("v")).contains(DEFINITION);
            assertThat(table.withPath("/p/v")).isPresent();
            var still = "volume 'v' is still being allocated.";
            refused(ErrorCode.OPERATION_INVALID, still, () -> table.change("v"));
            refused(ErrorCode.OPERATION_INVALID, still, () -> table.read("v"));
            refused(ErrorCode.OPERATION_INVALID, still, () -> table.made("v"));
            refused(ErrorCode.STORAGE_VOL_EXIST, "'v'", () -> table.reserve(entry("v"), DEFINITION));
            making.made();
        }
        assertThat(table.making("v")).isEmpty();
        assertThat(table.made("v")).isEqualTo(entry("v"));
    }

    @Test
    void aVolumeOfWhichNothingCameIsGone() {
        table.reserve(entry("v"), DEFINITION).close();
        assertThat(names()).isEmpty();
    }

    @Test
    void aLookUndoesNothingThatHappenedMeanwhile() {
        found("a", "b", "c");
        try (var look = table.look()) {
            // The folder is read here, and holds a, b and c.
            try (var use = table.change("b")) {
                use.gone();
            }
            try (var making = table.reserve(entry("d"), DEFINITION)) {
                making.made();
            }
            look.take(List.of(entry("a"), entry("b"), entry("c")));
        }
        assertThat(names()).containsExactly("a", "c", "d");
        found("a", "b");
        assertThat(names())
                .as("what a later look finds is there, and the rest is not")
                .containsExactly("a", "b");
    }

    @Test
    void whatIsUsedOutlastsALookThatDoesNotFindIt() {
        found("a", "b");
        try (var use = table.read("a")) {
            found("b");
            assertThat(names()).containsExactly("a", "b");
            assertThat(use.entry()).isEqualTo(entry("a"));
        }
        found("b");
        assertThat(names()).containsExactly("b");
    }

    @Test
    void aPoolThatIsUsedIsNotRetired() {
        found("a");
        try (var _ = table.read("a")) {
            assertThat(table.retire()).isFalse();
        }
        assertThat(table.retire()).isTrue();
        refused(ErrorCode.OPERATION_INVALID, "is not active", () -> table.read("a"));
    }
}
