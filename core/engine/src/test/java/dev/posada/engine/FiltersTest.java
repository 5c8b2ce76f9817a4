package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.driver.FilterDriver;
import dev.posada.driver.FilterRequest;
import dev.posada.model.Caller;
import dev.posada.model.DomainIdentity;
import dev.posada.model.Element;
import dev.posada.model.ErrorCode;
import dev.posada.model.ErrorOrigin;
import dev.posada.model.FilterDefinition;
import dev.posada.model.PosadaException;
import dev.posada.xml.Documents;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiltersTest {
    /** Remembers what is between each link and the rest, and refuses filters called {@code bad}. */
    private static final class Fence implements FilterDriver {
        private final Map<String, FilterRequest> links = new ConcurrentSkipListMap<>();
        private final AtomicInteger removals = new AtomicInteger();

        @Override
        public List<FilterDefinition> residents() {
            return List.of(new FilterDefinition(Element.of("filter", "name", "standard", "chain", "root")
                    .plus(Element.text("uuid", "0a81f5b2-8403-7b23-c8d6-21ccc2f80d01"))));
        }

        @Override
        public void install(FilterRequest request) {
            for (var applied : request.filters()) {
                if (!applied.filter().rules().isEmpty()
                        && applied.filter().rules().getFirst().has("priority", "666")) {
                    throw new PosadaException(ErrorCode.BUILD_FIREWALL, ErrorOrigin.NWFILTER, "not this one");
                }
            }
            links.put(request.link(), request);
        }

        @Override
        public void remove(String link) {
            removals.incrementAndGet();
            links.remove(link);
        }

        @Override
        public void close() {}

        List<String> names(String link) {
            return links.get(link).filters().stream()
                    .map(applied -> applied.filter().name())
                    .toList();
        }
    }

    private static final DomainIdentity GUEST =
            new DomainIdentity("guest", UUID.fromString("8057b97d-95af-4a88-b49b-aec71553bc06"), 1);

    @TempDir
    Path root;

    private final Fence fence = new Fence();
    private FilterHost host;
    private Filters filters;

    @BeforeEach
    void start() {
        host = new FilterHost(
                fence,
                new DocumentFiles(root.resolve("etc"), "filter", ErrorOrigin.NWFILTER),
                new DocumentFiles(root.resolve("run"), "filter binding", ErrorOrigin.NWFILTER),
                Duration.ofSeconds(20));
        host.load();
        filters = new Filters(host, new Access(new AccessPolicy(), Caller.SELF, ErrorOrigin.NWFILTER));
    }

    private static String uuid(int number) {
        return String.format("0a81f5b2-8403-7b23-c8d6-21ccc2f81%03d", number);
    }

    private void define(String name, int number, String content) {
        filters.define("<filter name='" + name + "'><uuid>" + uuid(number) + "</uuid>" + content + "</filter>", 0);
    }

    private static Element nic(String port, String filter) {
        return Documents.parse("<interface type='bridge'><mac address='52:54:00:00:00:01'/><target dev='" + port
                + "'/><filterref filter='" + filter
                + "'><parameter name='IP' value='10.0.0.1'/></filterref></interface>");
    }

    private static void refused(ErrorCode code, String words, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        PosadaException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(words);
    }

    @Test
    void theFirstDaysFiltersAreThereOnceAndStayGoneOnceUndefined() {
        assertThat(filters.list(0)).extracting(FilterDefinition::name).containsExactly("standard");
        define("mine", 1, "");
        filters.undefine(filters.byName("standard").uuid());
        start();
        assertThat(filters.list(0)).extracting(FilterDefinition::name).containsExactly("mine");
    }

    @Test
    void referencesAreFollowedAndTheLinksValuesCountMost() {
        define("inner", 1, "");
        define(
                "outer",
                2,
                "<filterref filter='inner'><parameter name='IP' value='9.9.9.9'/>"
                        + "<parameter name='PORT' value='1'/><parameter name='PORT' value='2'/></filterref>");
        host.plugged(GUEST, nic("vnet0", "outer"));
        assertThat(fence.names("vnet0")).containsExactly("outer", "inner");
        var inner = fence.links.get("vnet0").filters().getLast().variables();
        assertThat(inner)
                .containsEntry("IP", List.of("10.0.0.1"))
                .containsEntry("PORT", List.of("1", "2"))
                .containsEntry("MAC", List.of("52:54:00:00:00:01"));
    }

    @Test
    void aChangeReachesEveryLinkOrNone() {
        define("inner", 1, "");
        define("outer", 2, "<filterref filter='inner'/>");
        host.plugged(GUEST, nic("vnet0", "outer"));
        host.plugged(GUEST, nic("vnet1", "standard"));
        define("inner", 1, "<rule action='drop' direction='in'/>");
        assertThat(fence.links.get("vnet0").filters().getLast().filter().rules())
                .hasSize(1);
        refused(
                ErrorCode.BUILD_FIREWALL,
                "not this one",
                () -> define("inner", 1, "<rule action='drop' direction='in' priority='666'/>"));
        assertThat(filters.xml(UUID.fromString(uuid(1)), 0)).doesNotContain("666");
        assertThat(fence.links.get("vnet0").filters().getLast().filter().rules())
                .hasSize(1);
    }

    @Test
    void whatIsInUseOrLoopsIsRefused() {
        define("a", 1, "<filterref filter='b'/>");
        refused(
                ErrorCode.OPERATION_FAILED,
                "filter would introduce a loop",
                () -> define("b", 2, "<filterref filter='a'/>"));
        define("b", 2, "");
        host.plugged(GUEST, nic("vnet0", "a"));
        refused(ErrorCode.OPERATION_INVALID, "nwfilter is in use", () -> filters.undefine(UUID.fromString(uuid(2))));
        refused(ErrorCode.OPERATION_FAILED, "already exists with uuid", () -> define("a", 3, ""));
        refused(
                ErrorCode.INTERNAL_ERROR,
                "Could not find filter 'nosuch'",
                () -> host.plugged(GUEST, nic("vnet1", "nosuch")));
        assertThat(filters.bindings(0)).hasSize(1);
        host.ended(GUEST);
        assertThat(filters.bindings(0)).isEmpty();
        assertThat(fence.links).isEmpty();
        filters.undefine(UUID.fromString(uuid(2)));
        refused(ErrorCode.NO_NWFILTER, "no nwfilter with matching name 'b'", () -> filters.byName("b"));
    }

    @Test
    void anInterfaceCanHaveAnotherFilterAndNone() {
        define("other", 1, "");
        define("bad", 2, "<rule action='drop' direction='in' priority='666'/>");
        host.plugged(GUEST, nic("vnet0", "standard"));
        host.plugged(GUEST, nic("vnet0", "other"));
        assertThat(fence.names("vnet0")).containsExactly("other");
        refused(ErrorCode.BUILD_FIREWALL, "not this one", () -> host.plugged(GUEST, nic("vnet0", "bad")));
        start();
        assertThat(fence.names("vnet0")).containsExactly("other");
        host.plugged(
                GUEST,
                nic("vnet0", "other").withoutChildren(child -> child.name().equals("filterref")));
        assertThat(fence.links).isEmpty();
        assertThat(filters.bindings(0)).isEmpty();
    }

    @Test
    void aLinkThatIsAnotherGuestsByNowKeepsItsFilters() {
        var next = new DomainIdentity("next", UUID.fromString("8057b97d-95af-4a88-b49b-aec71553bc07"), 2);
        var before = nic("vnet0", "standard");
        host.plugged(GUEST, before);
        // The name is free as soon as the link is gone, which is before its filters are taken away.
        host.plugged(next, nic("vnet0", "standard"));
        host.unplugged(GUEST, before);
        assertThat(fence.names("vnet0")).containsExactly("standard");
        host.ended(GUEST);
        assertThat(filters.bindingXml("vnet0", 0)).contains("<name>next</name>");
        host.ended(next);
        assertThat(fence.links).isEmpty();
    }

    @Test
    void anotherDaemonPutsUpWhatWasBound() {
        host.plugged(GUEST, nic("vnet0", "standard"));
        fence.links.clear();
        start();
        assertThat(fence.names("vnet0")).containsExactly("standard");
        assertThat(filters.bindingXml("vnet0", 0)).contains("<name>guest</name>");
        // What was learned of a guest goes with its table; the guest is the same one still.
        define("other", 1, "");
        host.plugged(GUEST, nic("vnet0", "other"));
        assertThat(fence.removals).hasValue(0);
        host.unplugged(GUEST, nic("vnet0", "standard"));
        assertThat(fence.links).isEmpty();
        refused(
                ErrorCode.NO_NWFILTER_BINDING,
                "no nwfilter binding for port dev 'vnet0'",
                () -> filters.binding("vnet0"));
    }
}
