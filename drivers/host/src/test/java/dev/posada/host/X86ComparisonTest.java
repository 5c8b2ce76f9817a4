package dev.posada.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.HostDriver.CpuMatch;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class X86ComparisonTest {
    private final X86Comparison comparison = new X86Comparison(X86Models.load());

    @Test
    void aProcessorIsWhatItsModelAndFeaturesSay() {
        var host = cpu("Penryn").plus(feature("vmx", "require"));
        assertThat(match(cpu("Penryn").plus(feature("vmx", "require")), host)).isEqualTo(CpuMatch.IDENTICAL);
        assertThat(match(cpu("Conroe"), host)).isEqualTo(CpuMatch.SUPERSET);
        assertThat(match(cpu("Nehalem"), host)).isEqualTo(CpuMatch.INCOMPATIBLE);
        assertThat(comparison.compare(cpu("Nehalem"), host).reason())
                .isEqualTo("Host CPU does not provide required features: popcnt, sse4.2");
    }

    @Test
    void aGuestsProcessorMayForbidAndBeStrict() {
        var guest = cpu("Conroe").with("match", "exact");
        assertThat(comparison
                        .compare(guest.plus(feature("sse4.1", "forbid")), cpu("Penryn"))
                        .reason())
                .isEqualTo("Host CPU provides forbidden features: sse4.1");
        assertThat(match(cpu("Conroe").plus(feature("sse4.1", "forbid")), cpu("Penryn")))
                .as("a processor that is no guest's has what it names")
                .isEqualTo(CpuMatch.SUPERSET);
        assertThat(comparison
                        .compare(cpu("Conroe").with("match", "strict"), cpu("Penryn"))
                        .reason())
                .isEqualTo("Host CPU does not strictly match guest CPU: Extra features: cx16, sse4.1");
    }

    @Test
    void anotherMakerOrArchitectureIsIncompatible() {
        var host = cpu("qemu64").plus(Element.text("vendor", "AMD"));
        assertThat(comparison
                        .compare(cpu("486").plus(Element.text("vendor", "Intel")), host)
                        .reason())
                .contains("vendor");
        assertThat(comparison
                        .compare(cpu("486").plus(Element.text("arch", "aarch64")), host)
                        .reason())
                .contains("CPU arch aarch64");
        assertThat(match(Element.of("cpu", "mode", "host-passthrough"), host)).isEqualTo(CpuMatch.SUPERSET);
    }

    @Test
    void theBaselineIsTheRichestModelAllCanBe() {
        assertThat(model(cpu("Penryn"), cpu("Conroe"))).isEqualTo("Conroe");
        assertThat(model(cpu("EPYC"), cpu("Nehalem"))).isEqualTo("Nehalem");
        var both = comparison.baseline(
                List.of(
                        cpu("Penryn").plus(feature("vmx", "require")),
                        cpu("Conroe").plus(feature("vmx", "require"))),
                false);
        assertThat(both.children("feature")).containsExactly(feature("vmx", "require"));
        assertThat(comparison.baseline(List.of(cpu("486")), true).children("feature"))
                .extracting(feature -> feature.attribute("name", ""))
                .containsExactly("fpu", "pse", "vme");
    }

    @Test
    void aModelNobodyKnowsIsNamed() {
        assertThatThrownBy(() -> comparison.baseline(List.of(cpu("nosuch")), false))
                .hasMessageContaining("Unknown CPU model nosuch")
                .isInstanceOfSatisfying(
                        PosadaException.class,
                        failed -> assertThat(failed.code()).isEqualTo(ErrorCode.INTERNAL_ERROR));
    }

    private String model(Element... cpus) {
        return comparison.baseline(List.of(cpus), false).childText("model").orElseThrow();
    }

    private CpuMatch match(Element wanted, Element provided) {
        return comparison.compare(wanted, provided).match();
    }

    private static Element cpu(String model) {
        return Element.of("cpu").plus(Element.text("model", model));
    }

    private static Element feature(String name, String policy) {
        return Element.of("feature", "policy", policy, "name", name);
    }
}
