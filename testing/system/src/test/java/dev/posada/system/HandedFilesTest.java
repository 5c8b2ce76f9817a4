package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open files that real clients of libvirt and our own hand to the daemon, and get from it. */
class HandedFilesTest {
    private static final String TEXT = "BOOTED-FROM-WHAT-WAS-HANDED-OVER";

    /** Takes a screen in both ways, starts from an open file, and is refused what libvirt refuses. */
    private static final String SCRIPT = """
            import os, socket, sys, libvirt
            libvirt.registerErrorHandler(lambda *words: None, None)
            def refused(call):
                try:
                    call()
                    print("done")
                except libvirt.libvirtError as e:
                    print(e.get_error_code(), e.get_error_message())
            def greeting(end):
                end.settimeout(60)
                return end.recv(12)
            uri, xml, image = sys.argv[1:]
            first, second = libvirt.open(uri), libvirt.open(uri)
            domain = second.defineXML(open(xml).read())
            refused(lambda: domain.create())
            file = os.open(image, os.O_RDWR)
            first.lookupByName("handed").FDAssociate("group", [file], 0)
            domain.create()
            mine, theirs = socket.socketpair()
            domain.openGraphics(0, theirs.fileno(), 0)
            theirs.close()
            print(greeting(mine))
            print(greeting(socket.socket(fileno=domain.openGraphicsFD(0, 1))))
            refused(lambda: domain.openGraphics(0, file, 0))
            refused(lambda: domain.openGraphicsFD(1, 0))
            refused(lambda: domain.blockInfo("hda"))
            refused(lambda: domain.createWithFiles([file], 0))
            print("started")
            sys.stdin.readline()
            domain.destroy()
            first.close()
            refused(lambda: domain.create())
            """;

    @TempDir
    Path folder;

    private Daemon daemon;
    private Path disk;
    private Path serial;
    private Path xml;

    @BeforeEach
    void startDaemon() throws IOException {
        Programs.need("qemu-system-x86_64", "virsh");
        disk = ClientsTest.bootSector(folder.resolve("open.raw"), TEXT);
        serial = folder.resolve("serial.txt");
        xml = Files.writeString(folder.resolve("handed.xml"), """
                <domain type='qemu'>
                  <name>handed</name><memory unit='MiB'>64</memory>
                  <os><type arch='x86_64' machine='pc'>hvm</type></os>
                  <devices>
                    <disk type='file' device='disk'><driver name='qemu' type='raw'/>
                      <source file='/nowhere/only-a-name.raw' fdgroup='group'/><target dev='hda' bus='ide'/></disk>
                    <serial type='file'><source path='%s'/></serial>
                    <graphics type='vnc'><listen type='none'/></graphics>
                  </devices>
                </domain>
                """.formatted(serial));
        daemon = Daemon.start(folder.resolve("root"));
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    @Test
    void aPythonScriptHandsFilesOverAndGetsThem() throws Exception {
        assumeTrue(
                Programs.run("/usr/bin/python3", "-c", "import libvirt").status() == 0,
                "python3-libvirt is not installed");
        var script = Files.writeString(folder.resolve("script.py"), SCRIPT);
        var process = new ProcessBuilder(
                        "/usr/bin/python3", "-u", script.toString(), daemon.uri(), xml.toString(), disk.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("said").toFile())
                .start();
        try {
            Programs.await("the guest boots from the open file: " + said(), () -> !process.isAlive() || booted());
            process.getOutputStream().write('\n');
            process.getOutputStream().close();
            Programs.await("the script ends", () -> !process.isAlive());
        } finally {
            process.destroy();
        }
        assertThat(said().lines().map(line -> line.replaceAll("fd [0-9]+", "fd N")))
                .containsExactly(
                        "8 invalid argument: file descriptor group 'group' was not associated with the domain",
                        "b'RFB 003.008\\n'",
                        "b'RFB 003.008\\n'",
                        "8 fd N must be a socket",
                        "1 internal error: No graphics backend with index 1",
                        "84 Operation not supported: block info is not supported for FD passed disk image",
                        "3 this function is not supported by the connection driver: virDomainCreateWithFiles",
                        "started",
                        "8 invalid argument: file descriptor group 'group' was not associated with the domain");
        Programs.await("the daemon keeps nothing of who is gone", () -> !holdsTheDisk());
    }

    @Test
    void bothVirshsHandFilesOver() throws Exception {
        daemon.virsh("define", xml.toString()).succeeded();
        for (var virsh : List.of("virsh", Checkout.root().resolve("bin/virsh").toString())) {
            Files.deleteIfExists(serial);
            var words = "dom-fd-associate handed group 7; start handed; qemu-monitor-command handed --pass-fds 8 getfd"
                    + " '\"fdname\":\"extra\"'; domblklist handed; lxc-enter-namespace handed /bin/true";
            var ran = Programs.run(
                    "sh",
                    "-c",
                    "exec 7<>" + disk + " 8</dev/null; exec \"$@\"",
                    "sh",
                    virsh,
                    "-q",
                    "-c",
                    daemon.uri(),
                    words);
            assertThat(ran.out()).contains("{\"return\":{}").contains("/nowhere/only-a-name.raw");
            assertThat(ran.err())
                    .isEqualTo("error: this function is not supported by the connection driver:"
                            + " virDomainLxcOpenNamespace\n");
            Programs.await("the guest boots from the open file", this::booted);
            daemon.virsh("destroy", "handed").succeeded();
        }
        assertThat(daemon.virsh("start", "handed").refused().err())
                .contains("file descriptor group 'group' was not associated with the domain");
    }

    private boolean booted() {
        try {
            return Files.exists(serial) && Files.readString(serial).contains(TEXT);
        } catch (IOException e) {
            return false;
        }
    }

    private String said() throws IOException {
        return Files.readString(folder.resolve("said"));
    }

    private boolean holdsTheDisk() {
        try (var numbers = Files.newDirectoryStream(Path.of("/proc", Long.toString(daemon.pid()), "fd"))) {
            for (var number : numbers) {
                if (isTheDisk(number)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isTheDisk(Path number) {
        try {
            return Files.readSymbolicLink(number).equals(disk.toRealPath());
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
