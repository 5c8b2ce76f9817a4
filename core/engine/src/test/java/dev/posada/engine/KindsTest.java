package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.Caller;
import dev.posada.model.DomainEvent;
import dev.posada.model.DomainIdentity;
import dev.posada.model.DomainStatus;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.LifecycleChange;
import dev.posada.model.PosadaException;
import dev.posada.xml.DomainXml;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The view of all kinds, and domains that come by themselves. */
class KindsTest {
    private static final int ENFORCE = 1 << 31;
    private static final int UNKNOWN_GROUP = 1 << 27;

    @TempDir
    Path root;

    private final Theatre play = new Theatre();
    private final Theatre opera = new Theatre("opera", "lxc");
    private House house;
    private Connection all;

    @BeforeEach
    void open() {
        house = new House(root, play, opera);
        all = house.engine().open("posada:///session", Caller.SELF);
    }

    @AfterEach
    void close() {
        all.close();
        house.close();
    }

    private DomainIdentity define(String type, String name) {
        var xml = House.xml(type, name);
        return all.kinds().ofDefinition(xml).domains().define(xml, 0);
    }

    private Lifecycle lifecycle(UUID domain) {
        return all.kinds().of(domain).lifecycle();
    }

    @Test
    void domainsOfAllKindsAreSeenTogetherAndNumberedThrough() {
        var prose = define("test", "prose");
        var aria = define("lxc", "aria");
        assertThat(lifecycle(prose.uuid()).start(prose.uuid(), 0).id()).isEqualTo(1);
        assertThat(lifecycle(aria.uuid()).start(aria.uuid(), 0).id()).isEqualTo(2);
        assertThat(all.kinds().list(0)).extracting(DomainIdentity::name).containsExactly("prose", "aria");
        assertThat(all.kinds().byId(2).name()).isEqualTo("aria");
        assertThat(all.kinds().byUuid(aria.uuid()).name()).isEqualTo("aria");
        assertThat(all.kinds().stats(0, 0)).hasSize(2);
        // Each kind sees its own.
        assertThat(house.domains().list(0)).extracting(DomainIdentity::name).containsExactly("prose");
    }

    @Test
    void aNameIsOfOneKindAndTheKindCanBeSaid() {
        var first = define("test", "twin");
        var second = define("lxc", "twin");
        assertThatThrownBy(() -> all.kinds().byName("twin"))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining("play/twin, opera/twin");
        assertThat(all.kinds().byName("play/twin")).isEqualTo(first);
        assertThat(all.kinds().byName("opera/twin")).isEqualTo(second);
        assertThatThrownBy(() -> all.kinds().byName("opera/other")).hasMessageContaining("no domain");
    }

    @Test
    void aViewOfOneKindUnderstandsTheKindTooAndOtherConnectionsDoNot() {
        try (var alone = new House(root.resolve("alone"));
                var view = alone.engine().open("posada:///session", Caller.SELF)) {
            var uuid = alone.define("one");
            assertThat(view.kinds().byName("play/one").uuid()).isEqualTo(uuid);
            assertThatThrownBy(() -> alone.domains().byName("play/one")).hasMessageContaining("no domain");
        }
    }

    @Test
    void aUuidIsOfOneKindAlone() {
        var first = define("test", "first");
        var xml = House.xml("lxc", "second").replace("</name>", "</name><uuid>" + first.uuid() + "</uuid>");
        assertThatThrownBy(() -> all.kinds().ofDefinition(xml).domains().define(xml, 0))
                .hasMessageContaining("'first' of another kind is already defined with uuid");
        assertThat(all.kinds().list(0)).containsExactly(first);
    }

    @Test
    void eventsOfAllKindsArrive() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        all.events().subscribe(new EventSink<>() {
            @Override
            public void event(DomainEvent event) {
                heard.add(event.domain().name());
            }

            @Override
            public void lost(long count) {
                heard.add("lost " + count);
            }
        });
        define("test", "prose");
        define("lxc", "aria");
        assertThat(List.of(next(heard), next(heard))).containsExactlyInAnyOrder("prose", "aria");
    }

    private static String next(BlockingQueue<String> heard) throws InterruptedException {
        var name = heard.poll(2, TimeUnit.MINUTES);
        return name == null ? "nothing" : name;
    }

    @Test
    void theHostIsDescribedOnceWithTheGuestsOfAllKinds() {
        assertThat(all.capabilities()).containsOnlyOnce("<host/>").contains("play", "opera");
        assertThat(all.type()).isEqualTo("Posada");
        assertThatThrownBy(() -> define("xen", "dom0")).hasMessageContaining("not one of this connection's: lxc, test");
    }

    /** Clients look for a type of domain in the first guest of its os_type and architecture. */
    @Test
    void guestsOfOneKindOfSystemAreOneElementWithTheTypesOfAllDrivers() {
        var guests = new GuestCapabilities();
        guests.add(guest("hvm", Element.of("domain", "type", "qemu")));
        guests.add(guest("exe", Element.of("domain", "type", "docker"))
                .plus(Element.of("features").plus(Element.of("privnet"))));
        guests.add(guest("exe", Element.text("emulator", "/bin/java"), Element.of("domain", "type", "jvm"))
                .plus(Element.of("features").plus(Element.of("privnet")).plus(Element.of("acpi"))));
        assertThat(guests.all())
                .containsExactly(
                        guest("hvm", Element.of("domain", "type", "qemu")),
                        guest(
                                        "exe",
                                        Element.of("domain", "type", "jvm").plus(Element.text("emulator", "/bin/java")),
                                        Element.of("domain", "type", "docker"))
                                .plus(Element.of("features")
                                        .plus(Element.of("privnet"))
                                        .plus(Element.of("acpi"))));
    }

    private static Element guest(String osType, Element... parts) {
        return Element.of("guest")
                .plus(Element.text("os_type", osType))
                .plus(Element.of("arch", "name", "x86_64").withContent(List.of(parts)));
    }

    @Test
    void figuresThatNoKindHasAreRefusedWhenTheyMustBeKnown() {
        assertThatThrownBy(() -> all.kinds().stats(UNKNOWN_GROUP, ENFORCE)).hasMessageContaining("0x8000000");
        assertThat(all.kinds().stats(1, ENFORCE)).isEmpty();
    }

    @Test
    void aGuestThatCameByItselfIsTransientAndGoneWhenItEnds() {
        var stranger = DomainXml.parse(House.xml("lxc", "stranger"), false);
        opera.walkOn(stranger, false);
        var seen = all.kinds().byName("stranger");
        var domains = all.kinds().of(seen.uuid()).domains();
        assertThat(domains.isPersistent(seen.uuid())).isFalse();
        assertThat(domains.status(seen.uuid())).isEqualTo(DomainStatus.RUNNING_UNKNOWN);
        opera.exit(seen.uuid(), DomainStatus.SHUTOFF_CRASHED, LifecycleChange.STOPPED_CRASHED);
        assertThat(all.kinds().list(0)).isEmpty();
    }

    @Test
    void aGuestThatCameByItselfIsFoundAgainByTheNextDaemon() {
        var stranger = DomainXml.parse(House.xml("test", "stranger"), false);
        play.walkOn(stranger, false);
        house.killAndStart();
        assertThat(house.domains().byName("stranger").uuid()).isEqualTo(stranger.uuid());
        assertThat(house.domains().isActive(stranger.uuid())).isTrue();
    }

    @Test
    void whatOthersDoToADomainIsSeen() {
        var definition = DomainXml.parse(House.xml("lxc", "one"), false);
        opera.arrivals().stopped(definition);
        assertThat(all.kinds().list(0)).extracting(DomainIdentity::name).containsExactly("one");
        opera.arrivals().renamed(definition.uuid(), "two");
        assertThat(all.kinds().list(0)).extracting(DomainIdentity::name).containsExactly("two");
        opera.walkOn(definition.withName("two"), true);
        opera.arrivals().renamed(definition.uuid(), "three");
        assertThat(all.kinds().byName("three").id()).isPositive();
        opera.arrivals().gone(definition.uuid());
        assertThat(all.kinds().list(0)).hasSize(1); // it runs
        opera.exit(definition.uuid(), DomainStatus.SHUTOFF_SHUTDOWN, LifecycleChange.STOPPED_SHUTDOWN);
        assertThat(opera.arrivals().known()).singleElement().satisfies(known -> {
            assertThat(known.persistent()).isTrue();
            assertThat(known.active()).isFalse();
        });
        opera.arrivals().gone(definition.uuid());
        assertThat(all.kinds().list(0)).isEmpty();
        assertThat(house.definition("three")).doesNotExist();
    }

    @Test
    void aProcessIsAdoptedByTheKindThatKnowsIt() {
        assertThatThrownBy(() -> all.kinds().adopt(7, 0))
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NO_SUPPORT));
        opera.seat(7, DomainXml.parse(House.xml("lxc", "chorus"), false).withChild(uuid()));
        var adopted = all.kinds().adopt(7, 0);
        assertThat(adopted.name()).isEqualTo("chorus");
        assertThat(all.kinds().of(adopted.uuid()).domains().isPersistent(adopted.uuid()))
                .isFalse();
        assertThatThrownBy(() -> all.kinds().adopt(8, 0)).hasMessageContaining("nobody sits on 8");
        assertThatThrownBy(() -> all.kinds().adopt(7, 1)).hasMessageContaining("unsupported flags");
        try (var reader = house.engine().open("posada:///session", Caller.SELF.asReadOnly())) {
            assertThatThrownBy(() -> reader.kinds().adopt(7, 0))
                    .isInstanceOfSatisfying(
                            PosadaException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OPERATION_DENIED));
        }
    }

    private static Element uuid() {
        return Element.text("uuid", UUID.randomUUID().toString());
    }

    @Test
    void aNameThatIsTakenIsRefusedToNewcomers() {
        define("lxc", "one");
        var namesake = DomainXml.parse(House.xml("lxc", "one"), false);
        assertThatThrownBy(() -> opera.walkOn(namesake, false)).hasMessageContaining("already exists");
        assertThat(all.kinds().list(0)).hasSize(1);
    }

    @Test
    void whoKeepsSomethingHearsOfDefinitionsAndMayRefuse() {
        var one = define("lxc", "one");
        var domains = all.kinds().of(one.uuid()).domains();
        domains.setAutostart(one.uuid(), true);
        domains.rename(one.uuid(), "two", 0);
        opera.fail("two");
        assertThatThrownBy(() -> domains.undefine(one.uuid(), 0)).hasMessageContaining("still needed");
        assertThat(all.kinds().byName("two").uuid()).isEqualTo(one.uuid());
        assertThat(opera.kept()).containsExactly("defined one", "autostart one true", "renamed one two");
    }

    @Test
    void whyADomainEndedIsToldUntilItStartsAgain() {
        var one = define("lxc", "one");
        var domains = all.kinds().of(one.uuid()).domains();
        lifecycle(one.uuid()).start(one.uuid(), 0);
        opera.exit(one.uuid(), DomainStatus.SHUTOFF_CRASHED, LifecycleChange.STOPPED_CRASHED, "it sang itself hoarse");
        assertThat(domains.messages(one.uuid(), 0)).containsExactly("it sang itself hoarse");
        opera.fail("one");
        assertThatThrownBy(() -> lifecycle(one.uuid()).start(one.uuid(), 0)).hasMessageContaining("would not play");
        assertThat(domains.messages(one.uuid(), 0)).containsExactly("it sang itself hoarse");
        opera.forgive("one");
        lifecycle(one.uuid()).start(one.uuid(), 0);
        assertThat(domains.messages(one.uuid(), 0)).isEmpty();
    }
}
