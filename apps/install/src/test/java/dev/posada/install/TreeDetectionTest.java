package dev.posada.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.posada.iso.IsoWriter;
import dev.posada.osinfo.OsDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TreeDetectionTest {
    private static final String FEDORA = """
            [general]
            family = Fedora
            version = 35
            arch = x86_64
            variant = Everything
            [images-x86_64]
            kernel = images/pxeboot/vmlinuz
            initrd = images/pxeboot/initrd.img
            """;

    @TempDir
    private Path folder;

    @BeforeEach
    void database() {
        assumeTrue(Files.exists(Path.of("/usr/share/osinfo/VERSION")), "osinfo-db is not installed");
    }

    @Test
    void aDescriptionNamesSystemAndKernel() throws IOException {
        write(".treeinfo", FEDORA);

        TreeFacts facts = facts(folder.toString()).orElseThrow();

        assertThat(facts.system()).hasValue("fedora35");
        assertThat(facts.kernels())
                .containsExactly(new TreeFacts.Boot("images/pxeboot/vmlinuz", "images/pxeboot/initrd.img"));
    }

    @Test
    void aVersionThatTheDatabaseDoesNotKnowIsTheNextLower() throws IOException {
        write("treeinfo", FEDORA.replace("Fedora", "CentOS").replace("version = 35", "version = 7.9"));

        assertThat(facts(folder.toString()).orElseThrow().system())
                .hasValueSatisfying(name -> assertThat(name).startsWith("centos7"));
    }

    @Test
    void aDescriptionOfAnUnknownFamilyStillNamesTheKernel() throws IOException {
        write(".treeinfo", FEDORA.replace("Fedora", "Tin"));

        TreeFacts facts = facts(folder.toString()).orElseThrow();

        assertThat(facts.system()).isEmpty();
        assertThat(facts.kernels()).hasSize(1);
    }

    @Test
    void debiansTreesAreKnownByTheirLists() throws IOException {
        Path tree = folder.resolve("debian/dists/bullseye/main/installer-amd64");
        Files.createDirectories(tree.resolve("current/images"));
        Files.writeString(tree.resolve("current/images/MANIFEST"), "netboot -- Debian installer\n");

        TreeFacts facts = facts(tree + "/").orElseThrow();

        assertThat(facts.system()).hasValue("debian11");
        assertThat(facts.kernels())
                .containsExactly(new TreeFacts.Boot(
                        "current/images/netboot/debian-installer/amd64/linux",
                        "current/images/netboot/debian-installer/amd64/initrd.gz"));
    }

    @Test
    void anImageIsKnownByItsLabels() {
        Path image = folder.resolve("debian.iso");
        new IsoWriter("Debian 11.5.0 amd64 n", Instant.EPOCH)
                .add("install.amd/vmlinuz", "kernel")
                .write(image);

        TreeFacts facts = facts(image.toString()).orElseThrow();

        assertThat(facts.system()).hasValue("debian11");
        assertThat(facts.kernels()).containsExactly(new TreeFacts.Boot("install.amd/vmlinuz", "install.amd/initrd.gz"));
        assertThat(facts.media().orElseThrow().variants()).containsExactly("universal-netinst");
    }

    @Test
    void anImageOfAnUnknownLabelIsKnownByTheFilesOnIt() {
        Path image = folder.resolve("other.iso");
        new IsoWriter("OTHER", Instant.EPOCH)
                .add(".disk/info", "Debian GNU/Linux 99")
                .write(image);

        assertThat(facts(image.toString()).orElseThrow().kernels())
                .containsExactly(new TreeFacts.Boot("install.amd/vmlinuz", "install.amd/initrd.gz"));
    }

    @Test
    void aServersTreeIsLookedIntoLikeAFolder() throws IOException {
        write(".treeinfo", FEDORA);
        write("images/pxeboot/vmlinuz", "the kernel");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Path file = folder.resolve(exchange.getRequestURI().getPath().substring(1));
            boolean there = Files.isRegularFile(file);
            byte[] body = there ? Files.readAllBytes(file) : new byte[0];
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(there ? 200 : 404, head || body.length == 0 ? -1 : body.length);
            if (!head && body.length > 0) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
        try (var tree = new WebTree("http://localhost:" + server.getAddress().getPort())) {
            TreeFacts facts =
                    new TreeDetection(tree, OsDatabase.open(), "x86_64").facts().orElseThrow();

            assertThat(facts.system()).hasValue("fedora35");
            assertThat(tree.has("images/pxeboot/initrd.img")).isFalse();
            try (var kernel = tree.open("images/pxeboot/vmlinuz")) {
                assertThat(kernel.in()).hasContent("the kernel");
                assertThat(kernel.sizeBytes()).isEqualTo(10);
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anEmptyFolderIsNothing() {
        assertThat(facts(folder.toString())).isEmpty();
    }

    private static Optional<TreeFacts> facts(String location) {
        try (TreeSource source = TreeSource.of(location)) {
            return new TreeDetection(source, OsDatabase.open(), "x86_64").facts();
        }
    }

    private void write(String path, String text) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
