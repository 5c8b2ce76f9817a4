package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.DomainStatus;
import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots as the engine keeps them: what is on disk, what outlives the daemon, what goes with its domain. */
class SnapshotsTest {
    private static final int REDEFINE = 1;
    private static final int HALT = 8;
    private static final int RUNNING = 1;
    private static final int PAUSED = 2;
    private static final int CHILDREN = 1;
    private static final int METADATA_ONLY = 2;
    private static final int CHILDREN_ONLY = 4;
    private static final int UNDEFINE_METADATA = 2;
    private static final int TOPOLOGICAL = 1 << 10;
    private static final int HAS_SNAPSHOT = 1 << 12;
    private static final int NO_SNAPSHOT = 1 << 13;

    @TempDir
    Path root;

    private final Theatre theatre = new Theatre();

    private House house() {
        return new House(root, theatre, Duration.ofSeconds(20));
    }

    private static void take(House house, UUID domain, String... names) {
        for (var name : names) {
            house.connection()
                    .snapshots()
                    .create(domain, "<domainsnapshot><name>" + name + "</name></domainsnapshot>", 0);
        }
    }

    private static String current(House house, UUID domain) {
        return house.connection().snapshots().current(domain, 0).name();
    }

    private static void refused(ErrorCode code, String words, ThrowingCallable act) {
        assertThatThrownBy(act)
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @Test
    void aTreeIsFoundAgainAfterTheDaemonWasKilled() {
        try (var house = house()) {
            var domain = house.define("inn");
            take(house, domain, "one", "two", "three");
            house.connection().snapshots().revert(domain, "one", 0);
            take(house, domain, "four/five", ".six");
            var document = house.connection().snapshots().xml(domain, ".six", 0);
            house.killAndStart();
            var snapshots = house.connection().snapshots();
            assertThat(snapshots.names(domain, 0))
                    .containsExactlyInAnyOrder("one", "two", "three", "four/five", ".six");
            assertThat(snapshots.parent(domain, "three", 0).name()).isEqualTo("two");
            assertThat(snapshots.parent(domain, "four/five", 0).name()).isEqualTo("one");
            assertThat(snapshots.childNames(domain, "one", 0)).containsExactlyInAnyOrder("two", "four/five");
            assertThat(snapshots.childCount(domain, "one", 1)).isEqualTo(4);
            assertThat(snapshots.names(domain, TOPOLOGICAL)).startsWith("one");
            assertThat(current(house, domain)).isEqualTo(".six");
            assertThat(snapshots.xml(domain, ".six", 0)).isEqualTo(document).contains("<picture>of .six</picture>");
        }
    }

    @Test
    void deletingGivesChildrenToTheirGrandparentAndMovesOnFromTheCurrentOne() {
        try (var house = house()) {
            var domain = house.define("inn");
            take(house, domain, "one", "two", "three");
            var snapshots = house.connection().snapshots();
            snapshots.delete(domain, "two", 0);
            assertThat(snapshots.parent(domain, "three", 0).name()).isEqualTo("one");
            snapshots.delete(domain, "three", 0);
            assertThat(current(house, domain)).isEqualTo("one");
            take(house, domain, "four", "five");
            snapshots.delete(domain, "one", CHILDREN_ONLY);
            assertThat(snapshots.names(domain, 0)).containsExactly("one");
            assertThat(current(house, domain)).isEqualTo("one");
            take(house, domain, "six");
            snapshots.delete(domain, "one", CHILDREN);
            assertThat(snapshots.names(domain, 0)).isEmpty();
            assertThat(theatre.pictures())
                    .containsSubsequence("delete two", "delete three", "delete five", "delete four", "delete six")
                    .endsWith("delete one");
            house.killAndStart();
            assertThat(house.connection().snapshots().count(domain, 0)).isZero();
        }
    }

    @Test
    void forgettingOneLeavesItsData() {
        try (var house = house()) {
            var domain = house.define("inn");
            take(house, domain, "one");
            var document = house.connection().snapshots().xml(domain, "one", 1);
            house.connection().snapshots().delete(domain, "one", METADATA_ONLY);
            assertThat(theatre.pictures()).containsExactly("take one");
            house.connection().snapshots().create(domain, document, REDEFINE);
            assertThat(house.connection().snapshots().xml(domain, "one", 1)).isEqualTo(document);
            assertThat(house.connection().snapshots().hasCurrent(domain, 0)).isFalse();
        }
    }

    @Test
    void aSnapshotOfARunningDomainWithoutItsMemoryIsOfItsDisksAlone() {
        try (var house = house()) {
            var domain = house.run("inn");
            take(house, domain, "one");
            assertThat(house.connection().snapshots().xml(domain, "one", 0))
                    .contains("<state>disk-snapshot</state>", "<memory snapshot='no'/>");
            house.connection().snapshots().revert(domain, "one", 0);
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_FROM_SNAPSHOT);
            house.connection().snapshots().revert(domain, "one", RUNNING);
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.RUNNING_FROM_SNAPSHOT);
            house.connection().snapshots().revert(domain, "one", PAUSED);
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.PAUSED_FROM_SNAPSHOT);
            house.lifecycle().resume(domain);
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.RUNNING_UNPAUSED);
            house.lifecycle().destroy(domain, 0);
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_DESTROYED);
        }
    }

    @Test
    void aDomainHaltedAfterItsSnapshotSaysSo() {
        try (var house = house()) {
            var domain = house.run("inn");
            house.connection().snapshots().create(domain, "<domainsnapshot/>", HALT);
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.SHUTOFF_FROM_SNAPSHOT);
        }
    }

    @Test
    void returningBringsTheDefinitionBackUnderTheNameOfToday() {
        try (var house = house()) {
            var domain = house.define("inn");
            take(house, domain, "one");
            house.domains()
                    .define(
                            House.xml("inn").replace("<name>", "<uuid>" + domain + "</uuid><title>new</title><name>"),
                            0);
            house.domains().rename(domain, "tavern", 0);
            house.connection().snapshots().revert(domain, "one", 0);
            assertThat(house.domains().xml(domain, 0))
                    .contains("<name>tavern</name>")
                    .doesNotContain("title");
            house.killAndStart();
            assertThat(house.domains().xml(domain, 0))
                    .contains("<name>tavern</name>")
                    .doesNotContain("title");
            assertThat(current(house, domain)).isEqualTo("one");
        }
    }

    @Test
    void aDomainIsUndefinedWithItsSnapshotsOnlyIfToldSo() throws IOException {
        try (var house = house()) {
            var domain = house.define("inn");
            take(house, domain, "one", "two");
            refused(
                    ErrorCode.OPERATION_INVALID,
                    "cannot delete inactive domain with 2 snapshots",
                    () -> house.domains().undefine(domain, 0));
            house.domains().undefine(domain, UNDEFINE_METADATA);
            assertThat(theatre.pictures()).containsExactly("take one", "take two");
            try (var left = Files.walk(root.resolve("lib"))) {
                assertThat(left.filter(Files::isRegularFile)).isEmpty();
            }
        }
    }

    @Test
    void theSnapshotsOfATransientDomainEndWithIt() {
        try (var house = house()) {
            var domain = house.lifecycle().create(House.xml("guest"), 0).uuid();
            take(house, domain, "one");
            house.killAndStart();
            var snapshots = house.connection().snapshots();
            assertThat(snapshots.names(domain, 0)).containsExactly("one");
            refused(ErrorCode.OPERATION_INVALID, "transient domain needs", () -> snapshots.revert(domain, "one", 0));
            refused(
                    ErrorCode.OPERATION_INVALID,
                    "cannot halt",
                    () -> snapshots.create(domain, "<domainsnapshot/>", HALT));
            snapshots.revert(domain, "one", RUNNING);
            assertThat(house.domains().isPersistent(domain)).isFalse();
            assertThat(house.domains().status(domain)).isEqualTo(DomainStatus.RUNNING_FROM_SNAPSHOT);
            assertThat(snapshots.names(domain, 0)).containsExactly("one");
            house.lifecycle().destroy(domain, 0);
            assertThat(house.domains().list(0)).isEmpty();
            assertThat(root.resolve("lib/play/snapshot").resolve(domain.toString()))
                    .doesNotExist();
        }
    }

    @Test
    void nothingIsWrittenDownOfOneThatFailed() {
        try (var house = house()) {
            var domain = house.define("inn");
            theatre.fail("one");
            refused(ErrorCode.OPERATION_FAILED, "blurred", () -> take(house, domain, "one"));
            assertThat(house.connection().snapshots().count(domain, 0)).isZero();
            take(house, domain, "two");
            refused(ErrorCode.OPERATION_FAILED, "domain moment two already exists", () -> take(house, domain, "two"));
            assertThat(theatre.pictures()).containsExactly("take two");
        }
    }

    @Test
    void listsOfDomainsKnowWhichHaveSnapshots() {
        try (var house = house()) {
            var domain = house.define("inn");
            var other = house.define("tavern");
            take(house, domain, "one");
            assertThat(house.domains().list(HAS_SNAPSHOT))
                    .extracting(one -> one.uuid())
                    .containsExactly(domain);
            assertThat(house.domains().list(NO_SNAPSHOT))
                    .extracting(one -> one.uuid())
                    .containsExactly(other);
        }
    }

    @Test
    void aTornDocumentCostsOneSnapshot() throws IOException {
        try (var house = house()) {
            var domain = house.define("inn");
            take(house, domain, "one", "two", "three");
            var folder = root.resolve("lib/play/snapshot").resolve(domain.toString());
            Files.writeString(folder.resolve("two.xml"), "<domainsnap");
            house.killAndStart();
            var snapshots = house.connection().snapshots();
            assertThat(snapshots.names(domain, TOPOLOGICAL)).isEqualTo(List.of("one", "three"));
            assertThat(current(house, domain)).isEqualTo("three");
            refused(
                    ErrorCode.NO_DOMAIN_SNAPSHOT,
                    "snapshot 'three' does not have a parent",
                    () -> snapshots.parent(domain, "three", 0));
        }
    }

    @Test
    void oneThatIsToldAgainKeepsToItsDomainAndItsKind() {
        try (var house = house()) {
            var domain = house.define("inn");
            take(house, domain, "one", "two");
            var snapshots = house.connection().snapshots();
            var document = snapshots.xml(domain, "two", 1);
            var other = UUID.randomUUID().toString();
            refused(
                    ErrorCode.INVALID_ARG,
                    "must use uuid " + domain,
                    () -> snapshots.create(domain, document.replace(domain.toString(), other), REDEFINE));
            refused(
                    ErrorCode.INVALID_ARG,
                    "cannot change between online and offline",
                    () -> snapshots.create(
                            domain,
                            document.replace(">shutoff<", ">running<").replace("snapshot='no'", "snapshot='internal'"),
                            REDEFINE));
            refused(
                    ErrorCode.INVALID_ARG,
                    "parent three for moment two not found",
                    () -> snapshots.create(domain, document.replace("<name>one<", "<name>three<"), REDEFINE));
            refused(
                    ErrorCode.INVALID_ARG,
                    "cannot set moment two as its own parent",
                    () -> snapshots.create(domain, document.replace("<name>one<", "<name>two<"), REDEFINE));
            refused(
                    ErrorCode.INVALID_ARG,
                    "parent two would create cycle to one",
                    () -> snapshots.create(
                            domain,
                            document.replace("<name>one<", "<name>@<")
                                    .replace("<name>two<", "<name>one<")
                                    .replace("<name>@<", "<name>two<"),
                            REDEFINE));
            snapshots.create(
                    domain,
                    "<domainsnapshot><name>two</name><description>told again</description><state>shutoff</state>"
                            + "<creationTime>7</creationTime></domainsnapshot>",
                    REDEFINE);
            assertThat(snapshots.xml(domain, "two", 0))
                    .contains("told again", "<creationTime>7<", "of two", "<uuid>" + domain);
            assertThat(snapshots.isCurrent(domain, "two", 0)).isTrue();
        }
    }
}
