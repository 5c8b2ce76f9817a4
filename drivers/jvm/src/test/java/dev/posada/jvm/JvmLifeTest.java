package dev.posada.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.posada.driver.Abilities.MemoryFigure;
import dev.posada.driver.Abilities.TuningGroup;
import dev.posada.model.DomainState;
import dev.posada.model.DomainStatus;
import dev.posada.model.TypedParameter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of programs, and what is said of it. */
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class JvmLifeTest {
    /** {@code VIR_DOMAIN_AFFECT_LIVE}. */
    private static final int LIVE = 1;

    private static final int CONFIG = 2;

    @TempDir
    Path root;

    private House house;

    @BeforeEach
    void open() {
        house = new House(root);
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aProgramThatFailsHasCrashedAndItsLastWordsSayWhy() throws Exception {
        var domain = house.run("inn", "complain").uuid();
        house.awaitEnd(domain);
        assertThat(house.status(domain)).isEqualTo(DomainStatus.SHUTOFF_CRASHED);
        assertThat(house.log("inn"))
                .contains("reason=crashed: the program ended with status 1: the configuration is missing");
    }

    @Test
    void anExceptionNobodyCatchesIsTheReason() throws Exception {
        var domain = house.run("inn", "throw").uuid();
        house.awaitEnd(domain);
        assertThat(house.status(domain)).isEqualTo(DomainStatus.SHUTOFF_CRASHED);
        assertThat(house.log("inn"))
                .contains("the program ended with status 1: java.lang.IllegalStateException: no luck today");
    }

    @Test
    void aFullHeapIsToldFromOtherEnds() throws Exception {
        var domain = house.run("inn", "heap").uuid();
        house.awaitEnd(domain);
        assertThat(house.status(domain)).isEqualTo(DomainStatus.SHUTOFF_CRASHED);
        assertThat(house.log("inn"))
                .contains("out of memory: the program's heap of 48 MiB is full (java.lang.OutOfMemoryError:");
    }

    @Test
    void aProgramThatTakesMoreThanItsMemoryIsKilledAndThatIsSaid() throws Exception {
        var domain = house.start(Programs.xml("inn", house.jar(), "memory")
                        .replace(
                                "<jvm:option value='-Xshare:auto'/>",
                                "<jvm:option value='-XX:MaxDirectMemorySize=1g'/>"))
                .uuid();
        house.awaitEnd(domain);
        assertThat(house.status(domain)).isEqualTo(DomainStatus.SHUTOFF_CRASHED);
        assertThat(house.log("inn")).contains("killed: the program took more than its 96 MiB of memory");
    }

    @Test
    void aMissingJarIsOneClearLineAndNothingIsLeft() throws IOException {
        var xml = Programs.xml("inn", root.resolve("nowhere.jar"), "idle");
        assertThatThrownBy(() -> house.start(xml))
                .hasMessageContaining("Cannot access the jar '" + root.resolve("nowhere.jar") + "'");
        assertThat(House.jvms(root.resolve("nowhere.jar").toString())).isEmpty();
        assertNothingLeft();
    }

    @Test
    void aMissingJdkIsOneClearLine() {
        var xml = Programs.xml("inn", house.jar(), "idle").replace("jdk='" + Programs.JDK, "jdk='/usr/lib/jvm/none");
        assertThatThrownBy(() -> house.start(xml))
                .hasMessageContaining("Cannot access the Java launcher '/usr/lib/jvm/none/bin/java'");
    }

    @Test
    void anOptionNoJvmHasIsTheReason() throws Exception {
        var domain = house.start(Programs.xml("inn", house.jar(), "idle").replace("-Xshare:auto", "-XX:+NoSuchThing"))
                .uuid();
        house.awaitEnd(domain);
        assertThat(house.status(domain)).isEqualTo(DomainStatus.SHUTOFF_CRASHED);
        assertThat(house.log("inn")).contains("ended with status 1: Unrecognized VM option 'NoSuchThing'");
    }

    @Test
    void shutdownLetsHooksRun() throws Exception {
        var mark = root.resolve("mark");
        var domain = house.run("inn", "hook", mark.toString()).uuid();
        house.awaitOutput("inn", "ready");
        house.on().lifecycle().shutdown(domain, 0);
        house.awaitEnd(domain);
        assertThat(house.status(domain)).isEqualTo(DomainStatus.SHUTOFF_SHUTDOWN);
        assertThat(mark).hasContent("hooks ran");
    }

    @Test
    void rebootRunsHooksAndStartsInPlace() throws Exception {
        var mark = root.resolve("mark");
        var before = house.run("inn", "hook", mark.toString());
        house.awaitOutput("inn", "ready");
        int pid = House.jvms(mark.toString()).getFirst();
        house.on().lifecycle().reboot(before.uuid(), 0);
        Eventually.holds(
                "another process runs",
                () -> House.jvms(mark.toString()).stream().anyMatch(one -> one != pid));
        assertThat(mark).hasContent("hooks ran");
        assertThat(house.on().domains().byUuid(before.uuid())).isEqualTo(before);
        assertThat(house.status(before.uuid()).state()).isEqualTo(DomainState.RUNNING);
    }

    @Test
    void aCrashIsMendedByARestartWhereTheDefinitionSaysSo() throws Exception {
        var mark = root.resolve("mark");
        var domain = house.start(Programs.xml(
                        "inn", house.jar(), List.of("once", mark.toString()), "<on_crash>restart</on_crash>"))
                .uuid();
        house.awaitOutput("inn", "well again");
        Eventually.holds("it runs", () -> house.status(domain) == DomainStatus.RUNNING_CRASHED);
        assertThat(house.log("inn")).contains("the program ended with status 4");
    }

    @Test
    void aCrashedProgramIsKeptWhereTheDefinitionSaysSo() throws Exception {
        var domain = house.start(Programs.xml("inn", house.jar(), List.of("complain"), "<on_crash>preserve</on_crash>"))
                .uuid();
        Eventually.holds("it has crashed", () -> house.status(domain) == DomainStatus.CRASHED_PANICKED);
        house.restart();
        assertThat(house.status(domain)).isEqualTo(DomainStatus.CRASHED_PANICKED);
        house.on().lifecycle().destroy(domain, 0);
        assertThat(house.status(domain)).isEqualTo(DomainStatus.SHUTOFF_DESTROYED);
    }

    @Test
    void aPausedStartDoesNothingBeforeItIsResumed() throws Exception {
        var domain = house.on()
                .domains()
                .define(Programs.xml("inn", house.jar(), "idle"), 0)
                .uuid();
        house.on().lifecycle().start(domain, 1);
        house.restart();
        assertThat(house.status(domain)).isEqualTo(DomainStatus.PAUSED_USER);
        assertThat(house.log("inn")).doesNotContain("guest says");
        house.on().lifecycle().resume(domain);
        house.awaitOutput("inn", "guest says idle");
    }

    @Test
    void theProgramsSurroundingsAreWhatTheDefinitionSays() throws Exception {
        var xml = Programs.xml("inn", house.jar(), "surroundings")
                .replace(
                        "<inituser>root</inituser>",
                        "<initenv name='A_WORD'>a 'b</initenv><initdir>/usr</initdir><inituser>root</inituser>")
                .replace("<vcpu>1</vcpu>", "<vcpu>3</vcpu>")
                .replace("<jvm:option value='-Xshare:auto'/>", "<jvm:property name='greeting' value=\"it's me\"/>");
        house.start(xml);
        house.awaitOutput("inn", "told");
        var log = house.log("inn");
        assertThat(log)
                .contains("env A_WORD=a 'b")
                .contains("dir /usr")
                .contains("property it's me")
                .contains("processors 3");
        assertThat(log.lines()
                        .filter(line -> line.startsWith("env "))
                        .map(line -> line.substring(4, line.indexOf('='))))
                .containsExactlyInAnyOrder("PATH", "JAVA_HOME", "LANG", "TMPDIR", "A_WORD");
    }

    @Test
    void limitsBiteAndAreChangedWhileItRuns() throws Exception {
        var domain = house.start(Programs.xml(
                        "inn",
                        house.jar(),
                        List.of("spin"),
                        "<cputune><global_period>50000</global_period><global_quota>10000</global_quota></cputune>"))
                .uuid();
        var tuning = house.on().tuning();
        assertThat(tuning.parameters(domain, TuningGroup.SCHEDULER, LIVE))
                .contains(TypedParameter.ofLong("global_quota", 10_000));
        assertThat(tuning.parameters(domain, TuningGroup.MEMORY, LIVE))
                .contains(TypedParameter.ofUnsigned("hard_limit", 96L << 10));
        assertThat(house.on().resources().memoryStats(domain, 0).stream().map(MemoryFigure::tag))
                .as("what clients draw: unused, available, actual, rss, usable")
                .contains(4, 5, 6, 7, 8);
        tuning.set(domain, TuningGroup.MEMORY, List.of(TypedParameter.ofUnsigned("hard_limit", 128L << 10)), LIVE);
        tuning.set(domain, TuningGroup.MEMORY, List.of(TypedParameter.ofUnsigned("hard_limit", 112L << 10)), LIVE);
        assertThat(tuning.parameters(domain, TuningGroup.MEMORY, LIVE))
                .contains(TypedParameter.ofUnsigned("hard_limit", 112L << 10));
        house.awaitOutput("inn", "guest says spin");
        long start = System.nanoTime();
        long before = house.on().domains().info(domain).cpuTimeNanos();
        Eventually.holds("it has run", () -> house.on().domains().info(domain).cpuTimeNanos() > before + 100_000_000L);
        // A fifth of a processor, and some slices that were begun before.
        assertThat(System.nanoTime() - start).isGreaterThan(250_000_000L);
    }

    @Test
    void aSuspendedProgramStandsStill() throws Exception {
        var domain = house.run("inn", "spin").uuid();
        house.awaitOutput("inn", "guest says spin");
        house.on().lifecycle().suspend(domain);
        long before = house.on().domains().info(domain).cpuTimeNanos();
        house.restart();
        assertThat(house.status(domain)).isEqualTo(DomainStatus.PAUSED_USER);
        assertThat(house.on().domains().info(domain).cpuTimeNanos()).isCloseTo(before, within(100_000_000L));
        house.on().lifecycle().resume(domain);
        Eventually.holds("it goes on", () -> house.on().domains().info(domain).cpuTimeNanos() > before + 50_000_000L);
        house.on().lifecycle().suspend(domain);
        house.on().lifecycle().destroy(domain, 0);
        assertThat(house.status(domain)).isEqualTo(DomainStatus.SHUTOFF_DESTROYED);
    }

    @Test
    void whatNobodyHonoursIsRefusedAtTheStart() {
        var xml = Programs.xml("inn", house.jar(), List.of("idle"), "<blkiotune><weight>200</weight></blkiotune>");
        assertThatThrownBy(() -> house.start(xml)).hasMessageContaining("<blkiotune>");
    }

    /** A client that sets one thing is told at once; it is not left with a domain that cannot start. */
    @Test
    void aSettingNobodyHonoursIsRefusedWhenItIsMade() {
        var domain = house.on()
                .domains()
                .define(Programs.xml("inn", house.jar(), "idle"), 0)
                .uuid();
        var weight = List.of(TypedParameter.ofUnsigned("weight", 500));
        assertThatThrownBy(() -> house.on().tuning().set(domain, TuningGroup.BLOCK_IO, weight, CONFIG))
                .hasMessageContaining("<blkiotune>");
        assertThat(house.on().domains().xml(domain, 0)).doesNotContain("blkiotune");

        var already = house.on()
                .domains()
                .define(
                        Programs.xml(
                                "odd", house.jar(), List.of("idle"), "<blkiotune><weight>200</weight></blkiotune>"),
                        0)
                .uuid();
        house.on().tuning().set(already, TuningGroup.BLOCK_IO, weight, CONFIG);
        assertThat(house.on().domains().xml(already, 0)).contains("<weight>500</weight>");
    }

    private void assertNothingLeft() throws IOException {
        var state = root.resolve("lib/jvm");
        if (Files.exists(state)) {
            try (var left = Files.list(state)) {
                assertThat(left.filter(path -> path.getFileName().toString().startsWith("domain-")))
                        .isEmpty();
            }
        }
    }
}
