package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other people's programs that were written for libvirt. */
class ClientsTest {
    private static final String EVENT_LOOP = """
            import sys, threading, libvirt
            libvirt.virEventRegisterDefaultImpl()
            def loop():
                while True:
                    libvirt.virEventRunDefaultImpl()
            threading.Thread(target=loop, daemon=True).start()
            connection = libvirt.open(sys.argv[1])
            connection.setKeepAlive(5, 3)
            seen, done = [], threading.Event()
            def lifecycle(connection, domain, event, detail, opaque):
                seen.append((domain.name(), event, detail))
                if event == libvirt.VIR_DOMAIN_EVENT_UNDEFINED:
                    done.set()
            connection.domainEventRegisterAny(None, libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, lifecycle, None)
            domain = connection.defineXML(open(sys.argv[2]).read())
            domain.create()
            domain.suspend()
            domain.resume()
            print("info", domain.info()[0], "stats", connection.getAllDomainStats()[0][1]["state.state"])
            domain.destroy()
            domain.undefine()
            assert done.wait(20), "no event of the end"
            for name, event, detail in seen:
                print(name, event, detail)
            connection.close()
            """;

    @TempDir
    Path folder;

    private Daemon daemon;

    @BeforeEach
    void startDaemon() throws IOException {
        Programs.need("qemu-system-x86_64", "virsh");
        daemon = Daemon.start(folder.resolve("root"));
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    @Test
    void aPythonScriptWithAnEventLoop() throws Exception {
        assumeTrue(
                Programs.run("/usr/bin/python3", "-c", "import libvirt").status() == 0,
                "python3-libvirt is not installed");
        var xml = Files.writeString(folder.resolve("py.xml"), """
                <domain type='qemu'><name>py</name><memory unit='MiB'>32</memory>
                <os><type arch='x86_64'>hvm</type></os></domain>
                """);
        var ran = Programs.run("/usr/bin/python3", "-c", EVENT_LOOP, daemon.uri(), xml.toString())
                .succeeded();
        assertThat(ran.out().lines())
                .containsExactly(
                        "info 1 stats 1",
                        "py 0 0",
                        "py 4 0",
                        "py 2 0",
                        "py 3 0",
                        "py 4 0",
                        "py 6 2",
                        "py 5 1",
                        "py 1 0");
    }

    @Test
    void virtInstallBootsAKernel() throws Exception {
        Programs.need("virt-install");
        Programs.runIn(
                        folder,
                        "",
                        "virt-install",
                        "--connect",
                        daemon.uri(),
                        "--name",
                        "installed",
                        "--memory",
                        "192",
                        "--virt-type",
                        "qemu",
                        "--disk",
                        "none",
                        "--network",
                        "none",
                        "--graphics",
                        "none",
                        "--osinfo",
                        "detect=on,require=off",
                        "--import",
                        "--noautoconsole",
                        "--boot",
                        "kernel=" + LinuxGuest.kernel() + ",initrd=" + LinuxGuest.initrd(folder)
                                + ",kernel_args=console=ttyS0 no_timer_check quiet rdinit=/init")
                .succeeded();
        try (var console = new PtyConversation("virsh -c '" + daemon.uri() + "' console installed")) {
            console.expect("Escape character is ^]");
            console.type("\n");
            console.expect("/ #");
            console.type("uname -m\n");
            console.expect("x86_64");
        }
    }

    @Test
    void virtXmlEditsADefinition() throws Exception {
        Programs.need("virt-xml");
        var xml = Files.writeString(folder.resolve("edited.xml"), """
                <domain type='qemu'><name>edited</name><memory unit='MiB'>32</memory>
                <os><type arch='x86_64'>hvm</type></os></domain>
                """);
        daemon.virsh("define", xml.toString()).succeeded();
        Programs.run("virt-xml", "--connect", daemon.uri(), "edited", "--edit", "--memory", "96", "--define")
                .succeeded();
        Programs.run(
                        "virt-xml",
                        "--connect",
                        daemon.uri(),
                        "edited",
                        "--add-device",
                        "--input",
                        "type=tablet,bus=usb",
                        "--define")
                .succeeded();
        assertThat(daemon.virsh("dumpxml", "edited").succeeded().out())
                .contains("<memory unit='KiB'>98304</memory>")
                .contains("<input type='tablet' bus='usb'>");
    }

    /** The disk's first sector is a program that prints on the serial port: an operating system of 40 bytes. */
    @Test
    void aDiskBoots() throws Exception {
        var disk = bootSector(folder.resolve("disk.raw"), "BOOTED-FROM-DISK");
        var xml = Files.writeString(folder.resolve("disk.xml"), """
                <domain type='qemu'>
                  <name>disk</name><memory unit='MiB'>64</memory>
                  <os><type arch='x86_64' machine='q35'>hvm</type></os>
                  <devices>
                    <disk type='file' device='disk'><driver name='qemu' type='raw'/>
                      <source file='%s'/><target dev='vda' bus='virtio'/></disk>
                    <serial type='file'><source path='%s'/></serial>
                  </devices>
                </domain>
                """.formatted(disk, folder.resolve("serial.txt")));
        daemon.virsh("create", xml.toString()).succeeded();
        Programs.await("the boot sector prints", () -> printed(folder.resolve("serial.txt"), "BOOTED-FROM-DISK"));
        assertThat(daemon.virsh("domblklist", "disk").out()).contains("vda").contains(disk.toString());
    }

    /** A real start under KVM where the machine has one that works, and a reason where it has not. */
    @Test
    void aKvmDomainRunsOrIsRefusedWithAReason() throws Exception {
        var disk = bootSector(folder.resolve("kvm.raw"), "BOOTED-BY-KVM");
        var serial = folder.resolve("kvm.txt");
        var xml = Files.writeString(folder.resolve("kvm.xml"), """
                <domain type='kvm'>
                  <name>fast</name><memory unit='MiB'>64</memory>
                  <os><type arch='x86_64' machine='pc'>hvm</type></os>
                  <cpu mode='custom' match='exact'><model>qemu64</model></cpu>
                  <devices>
                    <disk type='file' device='disk'><driver name='qemu' type='raw'/>
                      <source file='%s'/><target dev='hda' bus='ide'/></disk>
                    <serial type='file'><source path='%s'/></serial>
                  </devices>
                </domain>
                """.formatted(disk, serial));
        daemon.virsh("define", xml.toString()).succeeded();
        var started = daemon.virsh("start", "fast");
        if (!Files.isWritable(Path.of("/dev/kvm"))) {
            assertThat(started.refused().err()).contains("/dev/kvm");
            return;
        }
        started.succeeded();
        Programs.await("the boot sector prints under KVM", () -> printed(serial, "BOOTED-BY-KVM"));
    }

    private static boolean printed(Path file, String text) {
        try {
            return Files.exists(file)
                    && Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    /** 16-bit code: walk the string after the code, write each byte to the first serial port, then halt for good. */
    static Path bootSector(Path file, String text) throws IOException {
        byte[] code = {
            (byte) 0xFA, // cli
            0x31,
            (byte) 0xC0,
            (byte) 0x8E,
            (byte) 0xD8, // ds = 0
            (byte) 0xBE,
            0x16,
            0x7C, // si = the text, 22 bytes into the sector at 0x7C00
            (byte) 0xBA,
            (byte) 0xF8,
            0x03, // dx = 0x3F8
            (byte) 0xAC, // al = [si++]
            (byte) 0x84,
            (byte) 0xC0, // al == 0?
            0x74,
            0x03, // then halt
            (byte) 0xEE, // out dx, al
            (byte) 0xEB,
            (byte) 0xF8, // again
            (byte) 0xF4, // hlt
            (byte) 0xEB,
            (byte) 0xFD, // for good
        };
        try (var disk = new RandomAccessFile(file.toFile(), "rw")) {
            disk.setLength(1 << 20);
            disk.write(code);
            disk.write(text.getBytes(StandardCharsets.US_ASCII));
            disk.write(new byte[] {'\r', '\n', 0});
            disk.seek(510);
            disk.write(new byte[] {0x55, (byte) 0xAA});
        }
        return file;
    }
}
