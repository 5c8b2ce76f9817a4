package dev.posada.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.conformance.TestHost;
import dev.posada.model.DomainDefinition;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import dev.posada.xml.DomainGrammar;
import dev.posada.xml.DomainXml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a definition asks of the engine, as text beside it. */
class ContainerPlanTest {
    private static final Path RESOURCES = Path.of("src/test/resources/dev/posada/docker");
    private static final String SMALL = """
            <domain type='docker'>
              <name>inn</name><uuid>5b2b1d4e-6a0c-4f6e-9a57-0d1f2a3b4c5d</uuid><memory unit='MiB'>32</memory>
              <os><type>exe</type></os>%s
              <devices>
                <filesystem type='template'><source name='busybox'/><target dir='/'/></filesystem>%s
              </devices>
            </domain>
            """;

    private static DomainDefinition complete(String text) {
        return new ContainerDefaults("x86_64").complete(DomainXml.parse(text, false));
    }

    private static List<Path> definitions() throws IOException {
        try (var files = Files.list(RESOURCES)) {
            return files.filter(file -> file.toString().endsWith(".definition.xml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void aDefinitionAsksForThisContainer(Path definition) throws IOException {
        var text = Files.readString(definition);
        var complete = complete(text);
        Honour.check(complete);
        var spec = ContainerPlan.of(complete);
        golden(
                definition.getFileName().toString().replace(".definition.xml", ".container.txt"),
                "name: " + spec.name() + "\n" + spec.made() + "restart: " + spec.restart() + "\nlimits: "
                        + spec.limits() + "\n");
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void completingTwiceIsCompletingOnce(Path definition) throws IOException {
        var once = complete(Files.readString(definition));
        assertThat(new ContainerDefaults("x86_64").complete(once)).isEqualTo(once);
        assertThat(complete(DomainXml.format(once, true))).isEqualTo(once);
        assertThat(DomainGrammar.unknown(once)).isEmpty();
    }

    @Test
    void aSoftLimitBeyondTheHardOneIsLoweredToWhatAnEngineTakes() throws IOException {
        var definition = complete(SMALL.formatted("<memtune><soft_limit unit='GiB'>1</soft_limit></memtune>", ""));
        var limits = ContainerLimits.of(definition);
        assertThat(limits.memorySoftBytes()).isEqualTo(limits.memoryBytes());
    }

    @Test
    void theDriverDescribesItself() throws IOException {
        golden("capabilities.xml", Documents.format(CapabilitiesDocument.of(new TestHost().capabilities(), "x86_64")));
        golden(
                "domcapabilities.xml",
                Documents.format(CapabilitiesDocument.domain(
                        "x86_64", 2, Optional.empty(), Optional.empty(), Optional.empty(), Optional.of("docker"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|<disk type='file'><source file='/x'/><target dev='vda'/></disk>|<disk>",
                "|<graphics type='vnc'/>|<graphics>",
                "|<controller type='usb'/>|<controller>",
                "|<interface type='user'/>|'user'",
                "|<filesystem type='block'><source dev='/dev/sda'/><target dir='/d'/></filesystem>|'block'",
                "|<filesystem type='ram'><source usage='0'/><target dir='/d'/></filesystem>|needs a size",
                "|<console type='file'><source path='/x'/></console>|'file'",
                "<on_crash>coredump-destroy</on_crash>||on_crash",
            })
    void whatNoContainerIsIsRefused(String root, String device, String words) {
        var text = SMALL.formatted(
                Optional.ofNullable(root).orElse(""),
                Optional.ofNullable(device).orElse(""));
        assertThatThrownBy(() -> complete(text))
                .isInstanceOfSatisfying(
                        PosadaException.class,
                        refusal -> assertThat(refusal.code()).isIn(ErrorCode.CONFIG_UNSUPPORTED, ErrorCode.XML_ERROR))
                .hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<memoryBacking><hugepages/></memoryBacking>|/domain/memoryBacking",
                "<features><acpi/></features>|/domain/features/acpi",
                "<cputune><emulatorpin cpuset='0'/></cputune>|/domain/cputune/emulatorpin",
                "<clock offset='localtime'/>|/domain/clock",
            })
    void whatNobodyHonoursIsNamed(String root, String words) {
        assertThatThrownBy(() -> Honour.check(complete(SMALL.formatted(root, ""))))
                .hasMessageContaining(words)
                .hasMessageContaining("take it out");
    }

    @Test
    void anImageIsNeeded() {
        var text = SMALL.formatted("", "").replaceFirst("<filesystem.*</filesystem>", "");
        assertThatThrownBy(() -> complete(text)).hasMessageContaining("a container needs an image");
    }

    @Test
    void endingsAreTold() {
        assertThat(Ending.of(0, "", false, 0, false, Optional.empty()).kind()).isEqualTo(Ending.Kind.GOOD);
        assertThat(Ending.of(143, "", false, 0, true, Optional.empty()).kind()).isEqualTo(Ending.Kind.GOOD);
        assertThat(Ending.of(137, "", false, 0, false, Optional.of("9")).kind()).isEqualTo(Ending.Kind.KILLED);
        assertThat(Ending.of(137, "", true, 64 << 20, false, Optional.empty()).words())
                .isEqualTo("killed: it took more than its 64 MiB of memory");
        assertThat(Ending.of(139, "", false, 0, false, Optional.empty()).words())
                .isEqualTo("the program was killed by signal 11");
    }

    private static void golden(String name, String written) throws IOException {
        var file = RESOURCES.resolve(name);
        if (Boolean.getBoolean("posada.golden.rewrite")) {
            Files.writeString(file, written);
        }
        assertThat(written).isEqualTo(Files.readString(file));
    }
}
