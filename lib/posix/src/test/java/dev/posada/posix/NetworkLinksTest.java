package dev.posada.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Network interfaces, in a network namespace of each test's own, so that the host's are left alone. */
class NetworkLinksTest {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final NativeCall UNSHARE = NativeCall.of("unshare");

    /** A namespace belongs to a thread: this one has its own, and takes it along when it ends. */
    private static void inOwnNetwork(Runnable body) throws InterruptedException {
        assumeTrue(CurrentProcess.effectiveUid() == 0, "needs root");
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "needs /dev/net/tun");
        var failure = new AtomicReference<Throwable>();
        var thread = Thread.ofPlatform().start(() -> {
            try {
                UNSHARE.checked("network", CLONE_NEWNET);
                body.run();
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        thread.join();
        if (failure.get() instanceof RuntimeException e) {
            throw e;
        }
        if (failure.get() instanceof Error e) {
            throw e;
        }
    }

    @Test
    void aTapDeviceIsThereUntilItIsClosed() throws Exception {
        inOwnNetwork(() -> {
            try (var tap = TapDevice.open("vnet%d", 1, true)) {
                assertThat(tap.name()).isEqualTo("vnet0");
                assertThat(tap.queues()).hasSize(1);
                assertThat(NetworkLinks.exists("vnet0")).isTrue();
                try (var next = TapDevice.open("vnet%d", 1, false)) {
                    assertThat(next.name()).isEqualTo("vnet1");
                }
                assertThat(NetworkLinks.exists("vnet1")).isFalse();
            }
            assertThat(NetworkLinks.exists("vnet0")).isFalse();
        });
    }

    @Test
    void aDeviceOfSomebodyElsesIsKnownByItsDescriptor() throws Exception {
        inOwnNetwork(() -> {
            var theirs = TapDevice.open("mine", 1, true);
            try (var ours = TapDevice.adopt(theirs.queues().getFirst().duplicate())) {
                theirs.close();
                assertThat(ours.name()).isEqualTo("mine");
                assertThat(NetworkLinks.exists("mine")).isTrue();
            }
            assertThat(NetworkLinks.exists("mine")).isFalse();
            assertThatThrownBy(() -> TapDevice.adopt(Pipe.open().reader())).isInstanceOf(PosixException.class);
        });
    }

    @Test
    void severalQueuesAreOneDevice() throws Exception {
        inOwnNetwork(() -> {
            try (var tap = TapDevice.open("mine", 4, true)) {
                assertThat(tap.name()).isEqualTo("mine");
                assertThat(tap.queues()).hasSize(4);
                assertThat(tap.queues().stream().map(Descriptor::number)).doesNotHaveDuplicates();
            }
        });
    }

    @Test
    void aDeviceInUseIsRefusedByName() throws Exception {
        inOwnNetwork(() -> {
            try (var _ = TapDevice.open("mine", 1, true)) {
                assertThatThrownBy(() -> TapDevice.open("mine", 1, true))
                        .isInstanceOfSatisfying(
                                PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EBUSY))
                        .hasMessageContaining("mine");
                assertThatThrownBy(() -> TapDevice.open("lo", 1, true)).isInstanceOf(PosixException.class);
                assertThatThrownBy(() -> TapDevice.open("a-name-too-long-for-it", 1, true))
                        .isInstanceOfSatisfying(
                                PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENAMETOOLONG));
            }
        });
    }

    @Test
    void settingsOfAnInterfaceAreReadAsWritten() throws Exception {
        inOwnNetwork(() -> {
            try (var _ = TapDevice.open("mine", 1, true)) {
                NetworkLinks.setAddress("mine", "fe:54:00:12:34:56");
                NetworkLinks.setMtu("mine", 1400);
                NetworkLinks.setCoalescedFrames("mine", 32);
                assertThat(NetworkLinks.address("mine")).isEqualTo("fe:54:00:12:34:56");
                assertThat(NetworkLinks.mtu("mine")).isEqualTo(1400);
                assertThat(NetworkLinks.isUp("mine")).isFalse();
                NetworkLinks.setUp("mine", true);
                assertThat(NetworkLinks.isUp("mine")).isTrue();
                NetworkLinks.setUp("mine", false);
                assertThat(NetworkLinks.isUp("mine")).isFalse();
                assertThat(NetworkLinks.index("mine")).isPresent();
            }
            assertThat(NetworkLinks.index("mine")).isEmpty();
            assertThatThrownBy(() -> NetworkLinks.setMtu("mine", 1400))
                    .isInstanceOfSatisfying(
                            PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV))
                    .hasMessageContaining("mine");
            assertThatThrownBy(() -> NetworkLinks.setAddress("lo", "52:54"))
                    .isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void aPortNeedsABridge() throws Exception {
        inOwnNetwork(() -> {
            try (var _ = TapDevice.open("mine", 1, true)) {
                assertThatThrownBy(() -> NetworkLinks.join("nowhere", "mine"))
                        .isInstanceOfSatisfying(
                                PosixException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
                assertThatThrownBy(() -> NetworkLinks.join("lo", "mine")).isInstanceOf(PosixException.class);
            }
        });
    }
}
