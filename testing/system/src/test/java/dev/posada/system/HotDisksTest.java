package dev.posada.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that a real Linux sees come and go, across the end of a daemon. */
class HotDisksTest {
    @TempDir
    Path folder;

    private Daemon daemon;

    @BeforeEach
    void startDaemon() throws IOException {
        Programs.need("virsh", "qemu-img", "qemu-system-x86_64", "busybox", "script");
        daemon = Daemon.start(folder.resolve("root"));
    }

    @AfterEach
    void stopDaemon() {
        daemon.close();
    }

    private String said(String... arguments) {
        return daemon.virsh(arguments).succeeded().out();
    }

    @Test
    void aGuestSeesADiskComeAndGo() throws Exception {
        var image = folder.resolve("more.qcow2").toString();
        Programs.run("qemu-img", "create", "-q", "-f", "qcow2", image, "8M").succeeded();
        var xml = Files.writeString(folder.resolve("g.xml"), LinuxGuest.xml("guest", folder, "qemu", ""));
        said("create", xml.toString());
        try (var console = console()) {
            console.type("\n");
            console.expect("/ #");
            said("attach-disk", "guest", image, "vda", "--targetbus", "virtio", "--subdriver", "qcow2", "--live");
            console.type(whenever("[ -b /dev/vda ]", "CAME"));
            console.expect("CAME-42");
            console.type("echo kept >/dev/vda && sync && echo WROTE-$((40 + 2))\n");
            console.expect("WROTE-42");
        }
        daemon.kill();
        daemon = Daemon.start(folder.resolve("root"));
        assertThat(said("domblklist", "guest")).contains(image);
        try (var console = console()) {
            said("detach-disk", "guest", "vda", "--live");
            console.type("\n" + whenever("[ ! -e /dev/vda ]", "WENT"));
            console.expect("WENT-42");
        }
        Programs.await("the disk is gone", () -> !said("domblklist", "guest").contains(image));
        // Nobody holds its lock any more.
        Programs.run("qemu-img", "check", "-q", image).succeeded();
        said("destroy", "guest");
    }

    private PtyConversation console() throws IOException {
        return new PtyConversation("virsh -c '" + daemon.uri() + "' console guest");
    }

    private static String whenever(String condition, String word) {
        return "until " + condition + "; do sleep 1; done; echo " + word + "-$((40 + 2))\n";
    }
}
