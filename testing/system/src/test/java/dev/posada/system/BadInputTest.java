package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong input gets libvirt's error code and a sentence that helps, and leaves nothing behind. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
    private static final String REPORT = """
            import sys, libvirt
            libvirt.registerErrorHandler(lambda c, e: None, None)
            connection = libvirt.open(sys.argv[1])
            try:
                exec(sys.argv[2], {"connection": connection, "libvirt": libvirt})
                print("0 no error")
            except libvirt.libvirtError as error:
                print(error.get_error_code(), error.get_error_message())
            """;

    @TempDir
    static Path folder;

    private Daemon daemon;

    @BeforeAll
    void startDaemon() throws IOException {
        Programs.need("virsh", "qemu-system-x86_64", "python3");
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Programs.run("/usr/bin/python3", "-c", "import libvirt").status() == 0,
                "python3-libvirt is not installed");
        daemon = Daemon.start(folder.resolve("root"));
        report("connection.defineXML('''" + domain("taken", "") + "''')");
        report("connection.createXML('''" + domain("busy", "") + "''')");
    }

    @AfterAll
    void stopDaemon() {
        if (daemon != null) {
            daemon.close();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void eachMistakeHasItsCodeAndSentence(String what, String code, String sentence, String python) {
        var before = daemon.virsh("list", "--all", "--name").succeeded().out();
        var answer = report(python);
        assertThat(answer).startsWith(code + " ").containsIgnoringCase(sentence);
        assertThat(daemon.virsh("list", "--all", "--name").succeeded().out()).isEqualTo(before);
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                mistake("not XML", "35", "domain_definition", define("<domain")),
                mistake("not a domain", "27", "domain", define("<network/>")),
                mistake("no type", "1", "missing domain type", define("<domain><name>a</name></domain>")),
                mistake("no name", "21", "name", define("<domain type='qemu'><memory>1</memory></domain>")),
                mistake(
                        "a bad uuid",
                        "1",
                        "uuid",
                        define(domain("a", "").replaceFirst("<uuid>.*</uuid>", "<uuid>x</uuid>"))),
                mistake("an unknown kind", "67", "xen", define(domain("a", "").replace("type='qemu'", "type='xen'"))),
                mistake("an unknown element, validated", "92", "nonsense", validated(domain("a", "<nonsense/>"))),
                mistake(
                        "a name that is taken",
                        "9",
                        "taken",
                        define(domain("taken", "")
                                .replaceFirst("<uuid>.*</uuid>", "<uuid>99999999-2222-3333-4444-555555555555</uuid>"))),
                mistake("an unknown name", "42", "nobody", "connection.lookupByName('nobody')"),
                mistake("an unknown id", "42", "4711", "connection.lookupByID(4711)"),
                mistake("start of a running domain", "55", "already", "connection.lookupByName('busy').create()"),
                mistake(
                        "create of a running domain",
                        "55",
                        "already active",
                        "connection.createXML('''" + domain("busy", "") + "''')"),
                mistake(
                        "suspend of an inactive domain",
                        "55",
                        "not running",
                        "connection.lookupByName('taken').suspend()"),
                mistake(
                        "undefine of a transient domain",
                        "55",
                        "transient",
                        "connection.lookupByName('busy').undefine()"),
                mistake(
                        "a missing disk",
                        "38",
                        "/nowhere/disk.raw",
                        create(
                                domain(
                                        "gone",
                                        "<disk type='file' device='disk'><driver name='qemu' type='raw'/>"
                                                + "<source file='/nowhere/disk.raw'/><target dev='vda' bus='virtio'/></disk>"))),
                mistake(
                        "a missing emulator",
                        "38",
                        "/nowhere/qemu",
                        create(domain("gone", "<emulator>/nowhere/qemu</emulator>"))),
                mistake(
                        "a network nobody has",
                        "43",
                        "no network with matching name 'nowhere'",
                        create(domain("gone", "<interface type='network'><source network='nowhere'/></interface>"))),
                mistake(
                        "a bridge nobody has",
                        "38",
                        "Cannot get interface MTU on 'nowhere'",
                        create(domain("gone", "<interface type='bridge'><source bridge='nowhere'/></interface>"))),
                mistake(
                        "memory above the maximum",
                        "8",
                        "max",
                        "connection.lookupByName('busy').setMemoryFlags(99999999, 1)"));
    }

    @Test
    void aReadOnlyConnectionOnlyReads() {
        var answer = report("libvirt.openReadOnly(connection.getURI()).lookupByName('taken').create()");
        assertThat(answer).startsWith("29 ").contains("read only access prevents virDomainCreate");
        assertThat(report("print(libvirt.openReadOnly(connection.getURI()).lookupByName('taken').XMLDesc(0))"))
                .contains("<name>taken</name>");
        assertThat(report("libvirt.openReadOnly(connection.getURI()).lookupByName('taken').XMLDesc(1)"))
                .startsWith("29 ");
    }

    @Test
    void whatIsNotThereYetIsNamed() {
        assertThat(report("connection.lookupByName('busy').snapshotCreateXML('<domainsnapshot/>')"))
                .startsWith("3 ")
                .contains("virDomainSnapshotCreateXML");
        assertThat(report("connection.lookupByName('busy').attachDevice('<sound/>')"))
                .startsWith("3 ")
                .contains("virDomainAttachDevice");
    }

    @Test
    void aConnectionToAnotherDriverIsRefused() {
        var uri = daemon.uri().replaceFirst("^qemu", "xen");
        assertThat(Programs.run("virsh", "-c", uri, "list").refused().err()).contains("no connection driver available");
    }

    private String report(String python) {
        return Programs.run("/usr/bin/python3", "-c", REPORT, daemon.uri(), python)
                .succeeded()
                .out()
                .strip();
    }

    private static Arguments mistake(String what, String code, String sentence, String python) {
        return Arguments.of(what, code, sentence, python);
    }

    private static String define(String xml) {
        return "connection.defineXML('''" + xml + "''')";
    }

    private static String validated(String xml) {
        return "connection.defineXMLFlags('''" + xml + "''', 1)";
    }

    private static String create(String xml) {
        return "connection.createXML('''" + xml + "''')";
    }

    private static String domain(String name, String devices) {
        return ("<domain type='qemu'><name>%s</name><uuid>%s</uuid><memory unit='MiB'>32</memory>"
                        + "<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>%s</devices></domain>")
                .formatted(
                        name,
                        java.util.UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        devices);
    }
}
