package dev.posada.osinfo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OsDatabaseTest {
    @TempDir
    private Path folder;

    private Path system;
    private Path local;

    @BeforeEach
    void folders() {
        system = folder.resolve("system");
        local = folder.resolve("local");
    }

    @Test
    void aSystemIsFoundByItsUriAndByEachOfItsShortNames() throws IOException {
        write(
                system,
                "os/example.org/tin-1.xml",
                os("http://example.org/tin/1", "tin1", "<short-id>tinone</short-id>"));
        OsDatabase database = database();

        assertThat(database.find("http://example.org/tin/1"))
                .hasValueSatisfying(os -> assertThat(os.shortIds()).containsExactly("tin1", "tinone"));
        assertThat(database.find("tin1").orElseThrow())
                .isSameAs(database.find("tinone").orElseThrow());
        assertThat(database.find("tin2")).isEmpty();
        assertThat(database.find("http://example.org/tin/2")).isEmpty();
        assertThat(database.find("http://../../etc")).isEmpty();
        assertThat(database.find("")).isEmpty();
    }

    @Test
    void findingOneSystemReadsNoOther() throws IOException {
        write(system, "os/example.org/tin-1.xml", os("http://example.org/tin/1", "tin1", ""));
        write(system, "os/example.org/tin-2.xml", "<libosinfo><os id='http://example.org/tin/2'>");
        OsDatabase database = database();

        assertThat(database.find("tin1")).isPresent();
        assertThat(database.complaints()).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsLeftOutAndNamed() throws IOException {
        write(system, "os/example.org/tin-1.xml", os("http://example.org/tin/1", "tin1", ""));
        write(system, "os/example.org/tin-2.xml", "<libosinfo><os id='http://example.org/tin/2'>");
        write(system, "os/example.org/tin-3.xml", "<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>");
        write(system, "os/example.org/tin-4.xml", "<a>".repeat(1000));
        OsDatabase database = database();

        assertThat(database.all()).extracting(Os::shortId).containsExactly("tin1");
        assertThat(database.complaints()).hasSize(3).allMatch(line -> line.contains("/tin-"));
    }

    @Test
    void aLaterFolderReplacesAddsAndHides() throws IOException {
        write(system, "os/example.org/tin-1.xml", os("http://example.org/tin/1", "tin1", "<version>old</version>"));
        write(system, "os/example.org/tin-2.xml", os("http://example.org/tin/2", "tin2", ""));
        write(system, "os/example.org/tin-3.xml", os("http://example.org/tin/3", "tin3", "<version>3</version>"));
        write(local, "os/example.org/tin-1.xml", os("http://example.org/tin/1", "tin1", "<version>new</version>"));
        write(local, "os/example.org/tin-2.xml", "");
        write(
                local,
                "os/example.org/tin-3.d/more.xml",
                os("http://example.org/tin/3", "tin3", "<codename>more</codename>"));
        OsDatabase database = database();

        assertThat(database.find("tin1").orElseThrow().version()).isEqualTo("new");
        assertThat(database.find("tin2")).isEmpty();
        assertThat(database.find("tin3").orElseThrow())
                .matches(os -> os.version().equals("3") && os.codename().equals("more"));
        assertThat(database.all()).extracting(Os::shortId).containsExactly("tin1", "tin3");
    }

    @Test
    void ancestorsThatDeriveFromEachOtherAreEachAskedOnce() throws IOException {
        write(
                system,
                "os/example.org/tin-1.xml",
                os(
                        "http://example.org/tin/1",
                        "tin1",
                        "<derives-from id='http://example.org/tin/2'/><resources arch='all' inherit='true'/>"
                                + "<devices><device id='a'/></devices>"));
        write(
                system,
                "os/example.org/tin-2.xml",
                os(
                        "http://example.org/tin/2",
                        "tin2",
                        "<derives-from id='http://example.org/tin/1'/><devices><device id='b'/>"
                                + "<device id='a' supported='false'/></devices><resources arch='all' inherit='true'>"
                                + "<minimum><ram>5</ram></minimum></resources>"));
        Os os = database().find("tin1").orElseThrow();

        assertThat(os.devices()).containsExactlyInAnyOrder("a", "b");
        assertThat(os.resources(Needs.MINIMUM, "x86_64").orElseThrow().ramBytes())
                .hasValue(5);
        assertThat(os.relatedTo("tin2")).isTrue();
        assertThat(os.relatedTo("tin3")).isFalse();
    }

    @Test
    void theEnvironmentNamesTheFolders() throws IOException {
        write(system, "os/example.org/tin-1.xml", os("http://example.org/tin/1", "tin1", ""));
        write(folder, "home/.config/osinfo/os/example.org/tin-2.xml", os("http://example.org/tin/2", "tin2", ""));
        Map<String, String> environment =
                Map.of("OSINFO_SYSTEM_DIR", system.toString(), "OSINFO_LOCAL_DIR", local.toString());
        OsDatabase database = OsDatabase.open(environment::get, folder.resolve("home"));

        assertThat(database.all()).extracting(Os::shortId).containsExactly("tin1", "tin2");
    }

    @Test
    void aTreeIsRecognizedByItsDescription() throws IOException {
        write(
                system,
                "os/example.org/tin-1.xml",
                os(
                        "http://example.org/tin/1",
                        "tin1",
                        "<tree arch='x86_64'><treeinfo><family>Tin</family><version>^1$</version></treeinfo></tree>"));
        OsDatabase database = database();
        TreeInfo info = TreeInfo.parse("""
                # made by hand
                [general]
                family = Tin OS
                version = 1
                arch = x86_64
                [images-x86_64]
                kernel = images/vmlinuz
                initrd: images/initrd
                nonsense
                """);

        assertThat(database.identify(info).orElseThrow().os().shortId()).isEqualTo("tin1");
        assertThat(info.kernel()).hasValue("images/vmlinuz");
        assertThat(info.initrd()).hasValue("images/initrd");
        assertThat(database.identify(TreeInfo.parse("[general]\nfamily=Lead\n")))
                .isEmpty();
        assertThat(database.identify(TreeInfo.parse(""))).isEmpty();
    }

    @Test
    void aScriptKeepsItsStyleSheetAndSaysWhatItNeeds() throws IOException {
        write(system, "install-script/example.org/tin-script.xml", """
                <libosinfo><install-script id='http://example.org/tin/script'><profile>jeos</profile>
                <expected-filename>tin.cfg</expected-filename><config><param name='admin-password' policy='required'/>
                <param name='keyboard' policy='optional' value-map='http://x.org/k'/></config>
                <injection-method>initrd</injection-method><injection-method>cdrom</injection-method>
                <template>
                <xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform' version='1.0'><xsl:template
                match='/'/></xsl:stylesheet>
                </template></install-script></libosinfo>
                """);
        InstallScript script =
                database().installScript("http://example.org/tin/script").orElseThrow();

        assertThat(script.injectionMethods()).containsExactly("initrd", "cdrom");
        assertThat(script.requires("admin-password")).isTrue();
        assertThat(script.requires("keyboard")).isFalse();
        assertThat(script.requires("other")).isFalse();
        assertThat(script.styleSheet()).startsWith("<xsl:stylesheet").endsWith("</xsl:stylesheet>");
        assertThat(database().installScript("http://example.org/none")).isEmpty();
    }

    @Test
    void damagedFilesNeverBreakTheDatabase() throws IOException {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        String whole = os(
                "http://example.org/tin/1",
                "tin1",
                "<media arch='all'><iso><volume-id>(a</volume-id></iso></media><resources arch='all'><minimum><ram>x</ram>"
                        + "</minimum></resources><release-date>never</release-date>");
        for (int round = 0; round < 300; round++) {
            StringBuilder damaged = new StringBuilder(whole);
            for (int change = random.nextInt(4); change >= 0; change--) {
                damaged.setCharAt(random.nextInt(damaged.length()), (char) random.nextInt(32, 127));
            }
            write(system, "os/example.org/tin-1.xml", damaged.toString());
            OsDatabase database = database();
            try {
                database.find("tin1");
                for (Os os : database.all()) {
                    os.devices();
                    os.resources(Needs.MINIMUM, "x86_64");
                }
                database.identify(new MediaLabels("a", "", "", "", 0));
            } catch (RuntimeException broken) {
                throw new AssertionError("seed " + seed + ", round " + round + ": " + damaged, broken);
            }
        }
    }

    private OsDatabase database() {
        return OsDatabase.open(List.of(system, local));
    }

    private static String os(String id, String shortId, String more) {
        return "<libosinfo version='0.0.1'><os id='" + id + "'><short-id>" + shortId + "</short-id><name>Tin</name>"
                + more + "</os></libosinfo>";
    }

    private static void write(Path root, String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
