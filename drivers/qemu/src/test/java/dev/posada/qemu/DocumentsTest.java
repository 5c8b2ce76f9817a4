package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.model.DomainDefinition;
import dev.posada.model.Element;
import dev.posada.xml.DomainXml;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For each document what a define makes of it, and the command line that starts it. The golden files were compared with
 * what libvirt 9.0 makes of the same documents; {@code docs/drivers/qemu.md} lists what is meant to differ.
 */
final class DocumentsTest {
    static Stream<String> documents() {
        return Fixtures.documents().stream();
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aDefinitionIsCompletedAsItsGoldenFileSays(String name) {
        var complete = Fixtures.complete(Fixtures.document(name));
        Fixtures.assertGolden(Fixtures.DOCUMENTS.resolve(name + ".complete.xml"), DomainXml.format(complete, true));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aCompleteDefinitionIsLeftAsItIs(String name) {
        var complete = Fixtures.complete(Fixtures.document(name));
        assertThat(Fixtures.defaults().complete(complete)).isEqualTo(complete);
        var readAgain = DomainXml.parse(DomainXml.format(complete, true), false);
        assertThat(DomainXml.format(Fixtures.defaults().complete(readAgain), true))
                .isEqualTo(DomainXml.format(complete, true));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aStartHasTheCommandLineOfItsGoldenFile(String name) {
        var complete = Fixtures.complete(Fixtures.document(name));
        var plan = Fixtures.plan(complete, Fixtures.facts(complete));
        Fixtures.assertGolden(Fixtures.DOCUMENTS.resolve(name + ".argv"), text(plan));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void theSameSourcesGiveTheSamePlan(String name) {
        var complete = Fixtures.complete(Fixtures.document(name));
        var facts = Fixtures.facts(complete);
        assertThat(Fixtures.plan(complete, facts)).isEqualTo(Fixtures.plan(complete, facts));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aLiveDefinitionCanBeStartedLikeTheOneItCameFrom(String name) {
        var complete = Fixtures.complete(Fixtures.document(name));
        var facts = Fixtures.facts(complete);
        var plan = Fixtures.plan(complete, facts);
        assertThat(Fixtures.plan(plan.live(), facts).argv()).isEqualTo(plan.argv());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aliasesAndPlacesAreUnique(String name) {
        var complete = Fixtures.complete(Fixtures.document(name));
        var live = Fixtures.plan(complete, Fixtures.facts(complete)).live();
        var aliases = live.devices().stream()
                .filter(device -> !device.name().equals("console") && !ControllerDefaults.isIch9(device))
                .map(Aliases::of)
                .filter(alias -> !alias.isEmpty())
                .toList();
        assertThat(aliases).doesNotHaveDuplicates();
        assertThat(pciAddresses(live)).doesNotHaveDuplicates();
        assertThat(addresses(live, "usb")).doesNotHaveDuplicates();
        assertThat(addresses(live, "virtio-serial")).doesNotHaveDuplicates();
        var buses = new HashSet<Integer>();
        live.devices("controller").stream()
                .filter(controller -> controller.has("type", "pci"))
                .forEach(controller -> buses.add(ControllerDefaults.index(controller)));
        assertThat(pciAddresses(live)).allMatch(address -> buses.contains(address.bus()));
    }

    static List<PciAddress> pciAddresses(DomainDefinition definition) {
        return definition.devices().stream()
                .filter(device -> !device.name().equals("hostdev")
                        || device.child("address").isPresent())
                .flatMap(device -> PciAddress.of(device).stream())
                .toList();
    }

    private static List<Element> addresses(DomainDefinition definition, String type) {
        return definition.devices().stream()
                .flatMap(device -> device.child("address").stream())
                .filter(address -> address.has("type", type))
                .toList();
    }

    /** A plan as people read it: an argument and its value in a line, then what else there is. */
    private static String text(LaunchPlan plan) {
        var lines = new ArrayList<String>();
        var argv = plan.argv();
        for (int i = 0; i < argv.size(); i++) {
            boolean takesValue = i + 1 < argv.size()
                    && argv.get(i).startsWith("-")
                    && !argv.get(i + 1).startsWith("-");
            lines.add(takesValue ? argv.get(i) + " " + argv.get(++i) : argv.get(i));
        }
        plan.environment().forEach((name, value) -> {
            if (!name.equals("PATH") && !value.startsWith("/state")) {
                lines.add("# " + name + "=" + value);
            }
        });
        plan.directories().forEach(directory -> lines.add("# directory " + directory));
        plan.sockets().forEach(socket -> lines.add("# socket " + socket));
        plan.nvram().ifPresent(nvram -> lines.add("# " + nvram));
        plan.tpms().forEach(tpm -> lines.add("# " + tpm));
        plan.commands().forEach(command -> lines.add("# " + command.name() + " " + command.arguments()));
        plan.passwords().forEach(password -> lines.add("# " + password));
        if (!plan.tuning().vcpus().isEmpty() || plan.tuning().rest().isPresent()) {
            lines.add("# " + plan.tuning());
        }
        return String.join("\n", lines) + "\n";
    }
}
