package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.DomainIdentity;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
    /** Held so that it is not collected together with its level: these tests spoil files by the hundred. */
    private static final Logger QUIET = Logger.getLogger("posada.engine");

    @BeforeAll
    static void saysNothing() {
        QUIET.setLevel(Level.OFF);
    }

    @AfterAll
    static void speaksAgain() {
        QUIET.setLevel(null);
    }

    @TempDir
    Path root;

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static List<String> domainsOf(House house) {
        return house.domains().list(0).stream()
                .map(DomainIdentity::name)
                .sorted()
                .toList();
    }

    @Test
    void aDefinitionIsAFileItsOwnerAloneReads() throws IOException {
        try (var house = new House(root)) {
            house.define("inn");
            var file = house.definition("inn");
            assertThat(Files.readString(file)).contains("<name>inn</name>");
            assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
            assertThat(Files.getPosixFilePermissions(file.getParent())).hasSize(3);
            house.domains().undefine(house.domains().byName("inn").uuid(), 0);
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void aFileTornAtAnyByteCostsThatDomainAndNoOther() throws IOException {
        byte[] whole;
        String xml;
        try (var house = new House(root)) {
            xml = house.domains().xml(house.define("torn"), 0);
            house.define("whole");
            whole = Files.readAllBytes(house.definition("torn"));
        }
        var file = root.resolve("etc/play/torn.xml");
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (var house = new House(root)) {
                if (domainsOf(house).contains("torn")) {
                    // Nothing was missing but what follows the document.
                    assertThat(house.domains()
                                    .xml(house.domains().byName("torn").uuid(), 0))
                            .isEqualTo(xml);
                } else {
                    assertThat(domainsOf(house)).as("cut at " + length).containsExactly("whole");
                    assertThat(file).doesNotExist();
                    var aside = names(file.getParent()).stream()
                            .filter(name -> name.startsWith("torn.xml.corrupt-"))
                            .toList();
                    assertThat(aside).hasSize(1);
                    assertThat(Files.size(file.resolveSibling(aside.getFirst())))
                            .isEqualTo(length);
                    Files.delete(file.resolveSibling(aside.getFirst()));
                }
            }
        }
    }

    @Test
    void anInstanceRecordTornAtAnyByteCostsNoDefinition() throws IOException {
        var theatre = new Theatre();
        byte[] whole;
        try (var house = new House(root, theatre, EngineSettings.DEFAULT_JOB_WAIT)) {
            house.run("inn");
            whole = Files.readAllBytes(house.instance("inn"));
        }
        var file = root.resolve("run/play/inn.xml");
        for (int length = 0; length < whole.length - 1; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (var house = new House(root, theatre, EngineSettings.DEFAULT_JOB_WAIT)) {
                assertThat(domainsOf(house)).containsExactly("inn");
                assertThat(house.domains()
                                .isActive(house.domains().byName("inn").uuid()))
                        .isFalse();
            }
        }
    }

    @Test
    void whatWasNeverFinishedIsCleared() throws IOException {
        try (var house = new House(root)) {
            house.define("inn");
        }
        var left = root.resolve("etc/play/other.xml.new");
        Files.writeString(left, "<domain");
        try (var house = new House(root)) {
            assertThat(domainsOf(house)).containsExactly("inn");
            assertThat(left).doesNotExist();
        }
    }

    @Test
    void ofTwoFilesWithOneUuidOneIsKeptAside() throws IOException {
        try (var house = new House(root)) {
            house.define("inn");
        }
        var copy = root.resolve("etc/play/tavern.xml");
        Files.writeString(
                copy, Files.readString(root.resolve("etc/play/inn.xml")).replace("<name>inn<", "<name>tavern<"));
        try (var house = new House(root)) {
            assertThat(domainsOf(house)).hasSize(1);
            assertThat(names(copy.getParent())).anyMatch(name -> name.contains(".duplicate-"));
        }
    }

    @Test
    void aFileThatSomebodyPutHereIsTakenInUnderItsDomainsName() throws IOException {
        try (var house = new House(root)) {
            house.define("inn");
            house.domains().undefine(house.domains().byName("inn").uuid(), 0);
        }
        Files.writeString(root.resolve("etc/play/mine.xml"), House.xml("Gästehaus"));
        try (var house = new House(root)) {
            assertThat(domainsOf(house)).containsExactly("Gästehaus");
            assertThat(house.definition("Gästehaus")).exists();
        }
    }

    @Test
    void whatAHandChangedIsReadAndSealedAgain() throws IOException {
        var file = root.resolve("etc/play/inn.xml");
        try (var house = new House(root)) {
            house.define("inn");
            assertThat(Seal.intact(Files.readString(file))).isTrue();
        }
        Files.writeString(
                file, Files.readString(file).replace("KiB'>65536", "MiB'>128").replaceAll("<uuid>.*</uuid>", ""));
        try (var house = new House(root)) {
            var domain = house.domains().byName("inn").uuid();
            assertThat(house.domains().info(domain).maxMemoryKib()).isEqualTo(131_072);
            assertThat(Seal.intact(Files.readString(file))).isTrue();
            house.restart();
            assertThat(house.domains().byName("inn").uuid()).isEqualTo(domain);
        }
    }

    @Test
    void aDefinitionIsStoredAlsoByAThreadThatIsInterrupted() {
        try (var house = new House(root)) {
            house.define("inn");
            Thread.currentThread().interrupt();
            try {
                house.define("tavern");
            } catch (PosadaException e) {
                assertThat(e.code()).isEqualTo(ErrorCode.SYSTEM_ERROR); // refused is as good as done
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
            house.define("hostel");
            assertThat(domainsOf(house)).contains("inn", "hostel");
            house.restart();
            assertThat(domainsOf(house)).contains("inn", "hostel");
        }
    }

    @Test
    void oddNamesSurvive() {
        var names = List.of("..", ".x", "100%", "a b", "Gästehaus", "n".repeat(239), "n".repeat(240));
        try (var house = new House(root)) {
            names.forEach(house::define);
            house.restart();
            assertThat(domainsOf(house))
                    .containsExactlyElementsOf(names.stream().sorted().toList());
        }
    }

    @Test
    void passwordsAreOnDiskAndShownOnlyWhenAskedFor() {
        var xml = House.xml("inn")
                .replace("</domain>", "<devices><graphics type='vnc' passwd='secret'/></devices></domain>");
        try (var house = new House(root)) {
            var domain = house.domains().define(xml, 0).uuid();
            house.restart();
            assertThat(house.domains().xml(domain, 0)).doesNotContain("secret");
            assertThat(house.domains().xml(domain, 1)).contains("passwd='secret'");
        }
    }

    @Test
    void anAutostartMarkIsALinkThatGoesWithItsDomain() throws IOException {
        try (var house = new House(root)) {
            var domain = house.define("inn");
            house.domains().setAutostart(domain, true);
            var link = root.resolve("etc/play/autostart/inn.xml");
            assertThat(Files.readSymbolicLink(link)).isEqualTo(Path.of("../inn.xml"));
            house.domains().rename(domain, "tavern", 0);
            assertThat(Files.isSymbolicLink(link)).isFalse();
            house.restart();
            assertThat(house.domains().autostart(domain)).isTrue();
            house.domains().undefine(domain, 0);
            assertThat(names(link.getParent())).isEmpty();
        }
    }

    @Test
    void aFolderThatCannotBeWrittenRefusesTheDefinitionAndForgetsIt() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/play"), "in the way");
        try (var house = new House(root)) {
            assertThatThrownBy(() -> house.define("inn"))
                    .hasMessageContaining("cannot store the definition of domain 'inn'");
            assertThat(domainsOf(house)).isEmpty();
            Files.delete(root.resolve("etc/play"));
            house.define("inn");
            assertThat(domainsOf(house)).containsExactly("inn");
        }
    }
}
