package dev.posada.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class X86ModelsTest {
    private final X86Models models = X86Models.load();
    private final X86Features features = X86Features.load();

    @Test
    void everyFeatureOfAModelHasAName() {
        for (var model : models.names()) {
            assertThat(features.names())
                    .as(model)
                    .containsAll(models.features(model).orElseThrow());
        }
    }

    @Test
    void everyModelDescribesAHostThatIsExactlyIt() {
        for (var model : models.names()) {
            var host = new X86Models.Processor(
                    vendor(model), 99, 99, 0, models.features(model).orElseThrow());

            var described = models.describe(host, Set.of()).orElseThrow();

            assertThat(described.extra()).as(model).isEmpty();
            assertThat(models.features(described.model())).isEqualTo(models.features(model));
        }
    }

    @Test
    void modelOfAnotherVendorIsNotChosen() {
        var haswell = models.features("Haswell").orElseThrow();

        var described = models.describe(new X86Models.Processor(Optional.of("AMD"), 6, 60, 1, haswell), Set.of())
                .orElseThrow();

        assertThat(described.model()).isEqualTo("kvm64");
        assertThat(described.extra()).contains("avx2", "rtm");
    }

    @Test
    void ownNumberIsPreferredOverFewerFeatures() {
        // A Broadwell that also has all of a Skylake's features is still called by its number.
        var skylake = models.features("Skylake-Client").orElseThrow();

        assertThat(models.describe(new X86Models.Processor(Optional.of("Intel"), 6, 61, 4, skylake), Set.of()))
                .map(X86Models.Description::model)
                .contains("Broadwell");
    }

    @Test
    void steppingTellsServersApart() {
        var rich = models.features("Cascadelake-Server").orElseThrow();

        assertThat(name(rich, 4)).isEqualTo("Skylake-Server-IBRS");
        assertThat(name(rich, 7)).isEqualTo("Cascadelake-Server");
    }

    @Test
    void whatCannotBeSeenIsTakenFromTheNumber() {
        var hidden = features.hidden();
        var visible = new HashSet<>(models.features("EPYC-Milan").orElseThrow());
        visible.removeAll(hidden);

        assertThat(models.describe(new X86Models.Processor(Optional.of("AMD"), 25, 1, 1, visible), hidden))
                .map(X86Models.Description::model)
                .contains("EPYC-Milan");
        assertThat(models.describe(new X86Models.Processor(Optional.of("AMD"), 26, 2, 1, visible), hidden))
                .map(X86Models.Description::model)
                .contains("EPYC-Rome");
    }

    @Test
    void hostWithNothingIsNotDescribed() {
        assertThat(models.describe(new X86Models.Processor(Optional.empty(), 3, 1, 1, Set.of("fpu")), Set.of()))
                .isEmpty();
    }

    private String name(Set<String> host, int stepping) {
        return models.describe(new X86Models.Processor(Optional.of("Intel"), 6, 85, stepping, host), Set.of())
                .orElseThrow()
                .model();
    }

    private static Optional<String> vendor(String model) {
        for (var line : TableFile.lines("x86-models.txt")) {
            var words = List.of(line.split(" "));
            if (words.getFirst().equals(model)) {
                return Optional.of(words.get(1)).filter(vendor -> !vendor.equals("-"));
            }
        }
        return Optional.empty();
    }
}
