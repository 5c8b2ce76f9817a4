package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.DomainDefinition;
import dev.posada.xml.DomainXml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** For each document what a define makes of it, and the command line that starts it. */
class DocumentsTest {
    private static final Path DOCUMENTS = Path.of("src/test/resources/documents");
    private static final CommandLine.Facts FACTS = new CommandLine.Facts(
            Path.of("/usr/lib/jvm/default"), 25, Path.of("/state/domain-1-d/tmp"), Path.of("/log/crashes/d"));

    static Stream<String> documents() throws IOException {
        try (var files = Files.list(DOCUMENTS)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".xml") && !name.endsWith(".complete.xml"))
                    .map(name -> name.substring(0, name.length() - ".xml".length()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    private static DomainDefinition complete(String text) {
        return Completion.of(DomainXml.parse(text, false), "x86_64");
    }

    private static String document(String name) {
        try {
            return Files.readString(DOCUMENTS.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertGolden(String name, String actual) throws IOException {
        var file = DOCUMENTS.resolve(name);
        if (Boolean.getBoolean("posada.golden.rewrite")) {
            Files.writeString(file, actual);
        }
        assertThat(actual)
                .as("see %s; -Dposada.golden.rewrite=true rewrites it", file)
                .isEqualTo(Files.readString(file));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aDefinitionIsCompletedAsItsGoldenFileSays(String name) throws IOException {
        assertGolden(name + ".complete.xml", DomainXml.format(complete(document(name + ".xml")), true));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aCompleteDefinitionIsLeftAsItIs(String name) {
        var complete = complete(document(name + ".xml"));
        assertThat(Completion.of(complete, "x86_64")).isEqualTo(complete);
        var text = DomainXml.format(complete, true);
        assertThat(DomainXml.format(complete(text), true)).isEqualTo(text);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void aStartHasTheCommandLineOfItsGoldenFile(String name) throws IOException {
        var complete = complete(document(name + ".xml"));
        Honour.check(complete);
        var program = JavaProgram.of(complete);
        var facts = new CommandLine.Facts(
                program.jdk().orElse(FACTS.jdk()), FACTS.version(), FACTS.temporary(), FACTS.crashes());
        var command = CommandLine.of(complete, program, facts);
        var text = new StringBuilder(String.join("\n", command.argv())).append('\n');
        command.environment()
                .forEach((variable, value) -> text.append("# ")
                        .append(variable)
                        .append('=')
                        .append(value)
                        .append('\n'));
        assertGolden(name + ".argv", text.toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <devices/>                     | <devices><disk type='file'><source file='/d'/><target dev='vda'/></disk></devices> | <disk> in <devices>
            <devices/>                     | <devices><graphics type='vnc'/></devices> | <graphics> in <devices>
            <type>exe</type>               | <type>hvm</type>                    | os type 'exe', not 'hvm'
            <type>exe</type>               | <type arch='s390x'>exe</type>       | the host's own processor
            <vcpu>1</vcpu>                 | <vcpu>1</vcpu><cpu mode='host-model'/> | <cpu> in <domain>
            <on_crash>destroy</on_crash>   | <on_crash>rename-restart</on_crash> | <on_crash>rename-restart</on_crash>
            jar='/a.jar'                   | jar='a.jar'                         | is not an absolute path
            jar='/a.jar'                   | jar='/a.jar' main='A'               | either a jar or a class
            jar='/a.jar'                   | jdk='/usr'                          | nothing to run
            jar='/a.jar'                   | main='not a class'                  | is not the name of a class
            64                             | 8                                   | at least 16 MiB
            """)
    void whatNoProgramCanBeIsRefusedByName(String before, String after, String said) {
        var plain = """
                <domain type='jvm'><name>d</name><uuid>0d8f1a62-3c57-4b0e-8f14-6a7b8c9d0e1f</uuid>\
                <memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>exe</type></os>\
                <on_crash>destroy</on_crash><devices/>\
                <jvm:java xmlns:jvm='https://posada.dev/jvm/1.0' jar='/a.jar'/></domain>""";
        assertThat(plain).contains(before);
        assertThatThrownBy(() -> complete(plain.replace(before, after))).hasMessageContaining(said);
    }

    @ParameterizedTest
    @CsvSource({"64,32", "96,48", "128,64", "256,192", "512,384", "1024,768", "4096,3072", "16384,15360"})
    void theHeapIsWhatTheRestLeaves(long memoryMib, long heapMib) {
        assertThat(Heap.ofMemory(memoryMib << 10)).isEqualTo(heapMib << 10);
    }
}
