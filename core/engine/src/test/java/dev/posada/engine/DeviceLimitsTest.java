package dev.posada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.ErrorCode;
import dev.posada.model.PosadaException;
import dev.posada.model.TypedParameter;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of devices, I/O threads and single processors of a stored definition. */
class DeviceLimitsTest {
    private static final int CONFIG = Flags.AFFECT_CONFIG;

    private static final String XML = """
            <domain type='test'><name>limited</name><memory unit='MiB'>64</memory><vcpu>3</vcpu>
              <os><type arch='x86_64'>hvm</type></os>
              <devices>
                <disk type='file'><source file='/disk'/><target dev='vda' bus='virtio'/></disk>
                <interface type='user'><mac address='52:54:00:00:00:01'/></interface>
              </devices>
            </domain>
            """;

    @TempDir
    Path folder;

    private House house;
    private Connection connection;
    private UUID domain;

    @BeforeEach
    void define() {
        house = new House(folder);
        connection = house.connection();
        domain = house.domains().define(XML, 0).uuid();
    }

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void aFamilyOfLimitsIsSetAsAWhole() {
        limit(TypedParameter.ofUnsigned("read_bytes_sec", 5L), TypedParameter.ofUnsigned("total_iops_sec", 7L));
        limit(TypedParameter.ofUnsigned("total_bytes_sec", 9L));
        assertThat(set()).isEqualTo("total_bytes_sec=9 total_iops_sec=7");
        limit(TypedParameter.ofText("group_name", "shared"));
        assertThat(set()).isEqualTo("total_bytes_sec=9 total_iops_sec=7 group_name=shared");
        limit(TypedParameter.ofUnsigned("total_bytes_sec", 0L), TypedParameter.ofUnsigned("total_iops_sec", 0L));
        limit(TypedParameter.ofText("group_name", ""));
        assertThat(xml()).doesNotContain("iotune");
    }

    @Test
    void impossibleLimitsAreRefused() {
        refused(
                        ErrorCode.INVALID_ARG,
                        () -> limit(
                                TypedParameter.ofUnsigned("total_bytes_sec", 1L),
                                TypedParameter.ofUnsigned("write_bytes_sec", 1L)))
                .hasMessageContaining("total and read/write of bytes_sec cannot be set at the same time");
        refused(ErrorCode.ARGUMENT_UNSUPPORTED, () -> limit(TypedParameter.ofUnsigned("total_bytes_sec", 1L << 60)));
        refused(ErrorCode.ARGUMENT_UNSUPPORTED, () -> limit(TypedParameter.ofUnsigned("nonsense", 1L)));
        refused(ErrorCode.ARGUMENT_UNSUPPORTED, () -> limit(TypedParameter.ofText("total_bytes_sec", "1")));
        refused(ErrorCode.INVALID_ARG, () -> connection.deviceLimits().limitDisk(domain, "vdz", List.of(), CONFIG));
        refused(ErrorCode.INVALID_ARG, () -> connection.deviceLimits().diskPace(domain, "vdz", CONFIG));
        assertThat(xml()).doesNotContain("iotune");
    }

    private void limit(TypedParameter... parameters) {
        connection.deviceLimits().limitDisk(domain, "vda", List.of(parameters), CONFIG);
    }

    private String set() {
        return connection.deviceLimits().diskPace(domain, "/disk", CONFIG).stream()
                .filter(one -> !List.of("0", "").contains(value(one)))
                .map(one -> one.name() + "=" + value(one))
                .collect(Collectors.joining(" "));
    }

    private static String value(TypedParameter parameter) {
        return switch (parameter.value()) {
            case TypedParameter.UllongValue(long number) -> Long.toString(number);
            case TypedParameter.StringValue(String text) -> text;
            default -> throw new AssertionError(parameter);
        };
    }

    @Test
    void ioThreadsComeAndGoWithTheirPins() {
        var threads = connection.ioThreads();
        threads.add(domain, 1, CONFIG);
        threads.add(domain, 4, CONFIG);
        refused(ErrorCode.INVALID_ARG, () -> threads.add(domain, 4, CONFIG)).hasMessageContaining("already using");
        threads.pin(domain, 4, cpus(1), CONFIG);
        assertThat(threads.pins(domain, CONFIG)).containsOnlyKeys(1, 4).containsEntry(4, cpus(1));
        assertThat(xml()).contains("<iothreads>2</iothreads>", "<iothreadpin iothread='4' cpuset='1'/>");
        threads.remove(domain, 4, CONFIG);
        assertThat(xml()).doesNotContain("iothreadpin").doesNotContain("<cputune");
        threads.remove(domain, 1, CONFIG);
        assertThat(xml()).doesNotContain("iothread");
        refused(ErrorCode.INVALID_ARG, () -> threads.remove(domain, 1, CONFIG)).hasMessageContaining("cannot find");
        refused(ErrorCode.INVALID_ARG, () -> threads.pin(domain, 1, cpus(1), CONFIG))
                .hasMessageContaining("not found");
        refused(ErrorCode.OPERATION_UNSUPPORTED, () -> threads.tune(domain, 1, List.of(), CONFIG));
        refused(ErrorCode.OPERATION_INVALID, () -> threads.add(domain, 1, Flags.AFFECT_LIVE));
    }

    @Test
    void aThreadADiskNeedsStays() {
        connection.ioThreads().add(domain, 2, CONFIG);
        var needed =
                xml().replace("<source file='/disk'/>", "<driver name='qemu' iothread='2'/><source file='/disk'/>");
        house.domains().define(needed, 0);
        refused(ErrorCode.INVALID_ARG, () -> connection.ioThreads().remove(domain, 2, CONFIG))
                .hasMessageContaining("used by disk 'vda'");
    }

    @Test
    void singleProcessorsAreSwitched() {
        connection.vcpus().enable(domain, "1", false, CONFIG);
        assertThat(xml())
                .contains("<vcpu placement='static' current='2'>3</vcpu>")
                .contains("<vcpu id='1' enabled='no' hotpluggable='yes'/>")
                .contains("<vcpu id='2' enabled='yes' hotpluggable='no'/>");
        connection.vcpus().enable(domain, "1-2", true, CONFIG);
        assertThat(xml()).contains("<vcpu placement='static'>3</vcpu>");
        refused(ErrorCode.INVALID_ARG, () -> connection.vcpus().enable(domain, "0", false, CONFIG));
        refused(ErrorCode.INVALID_ARG, () -> connection.vcpus().enable(domain, "9", true, CONFIG));
        refused(ErrorCode.INVALID_ARG, () -> connection.vcpus().enable(domain, "x", true, CONFIG));
        refused(ErrorCode.INVALID_ARG, () -> connection.vcpus().enable(domain, "", true, CONFIG));
    }

    @Test
    void aCableIsPulledAndNothingElseChanges() {
        var edits = connection.deviceEdits();
        var down = "<interface type='user'><mac address='52:54:00:00:00:01'/><link state='down'/></interface>";
        edits.update(domain, down, CONFIG);
        assertThat(xml()).contains("<link state='down'/>");
        edits.update(domain, down.replace("<link state='down'/>", ""), CONFIG);
        assertThat(xml()).doesNotContain("<link");
        refused(ErrorCode.XML_ERROR, () -> edits.update(domain, down.replace("user", "bridge"), CONFIG));
        refused(
                ErrorCode.CONFIG_UNSUPPORTED,
                () -> edits.update(domain, down.replace("<link state='down'/>", "<nonsense/>"), CONFIG));
        refused(ErrorCode.DEVICE_MISSING, () -> edits.update(domain, down.replace("01'", "02'"), CONFIG));
        refused(ErrorCode.OPERATION_UNSUPPORTED, () -> edits.update(domain, "<sound model='ich6'/>", CONFIG));
    }

    @Test
    void aCardIsPutIntoTheDefinitionAndTakenOut() {
        var edits = connection.deviceEdits();
        var before = xml();
        var card = "<interface type='bridge'><mac address='52:54:00:00:00:09'/><source bridge='br0'/>"
                + "<model type='virtio'/></interface>";
        edits.attach(domain, card, CONFIG);
        assertThat(xml()).contains("52:54:00:00:00:09").contains("<source bridge='br0'/>");
        edits.update(domain, card.replace("br0", "br1"), CONFIG);
        assertThat(xml()).contains("<source bridge='br1'/>").doesNotContain("br0");
        edits.detach(domain, card, CONFIG);
        assertThat(xml()).isEqualTo(before);
        refused(ErrorCode.DEVICE_MISSING, () -> edits.detach(domain, card, CONFIG));
        refused(ErrorCode.INTERNAL_ERROR, () -> edits.detachAlias(domain, "ua-nothing", CONFIG));
        refused(ErrorCode.NO_SUPPORT, () -> edits.attach(domain, "<sound model='ich6'/>", CONFIG));
        refused(ErrorCode.XML_ERROR, () -> edits.attach(domain, card.replace("'52:", "'53:"), CONFIG));
        refused(
                ErrorCode.CONFIG_UNSUPPORTED,
                () -> edits.attach(domain, card.replace("<model", "<nonsense/><model"), CONFIG));
    }

    @Test
    void theBandwidthOfACardIsInItsDefinition() {
        var card = "<interface type='bridge'><mac address='52:54:00:00:00:09'/><source bridge='br0'/></interface>";
        connection.deviceEdits().attach(domain, card, CONFIG);
        var limits = connection.deviceLimits();
        limits.limitBandwidth(
                domain,
                "52:54:00:00:00:09",
                List.of(
                        TypedParameter.ofUnsigned("inbound.average", 100),
                        TypedParameter.ofUnsigned("inbound.peak", 200)),
                CONFIG);
        assertThat(xml()).contains("<inbound average='100' peak='200'/>");
        limits.limitBandwidth(
                domain, "52:54:00:00:00:09", List.of(TypedParameter.ofUnsigned("outbound.average", 50)), CONFIG);
        assertThat(xml()).contains("<inbound average='100' peak='200'/>").contains("<outbound average='50'/>");
        limits.limitBandwidth(
                domain, "52:54:00:00:00:09", List.of(TypedParameter.ofUnsigned("inbound.average", 0)), CONFIG);
        assertThat(xml()).doesNotContain("<inbound").contains("<outbound average='50'/>");
        refused(
                ErrorCode.CONFIG_UNSUPPORTED,
                () -> limits.limitBandwidth(
                        domain, "52:54:00:00:00:01", List.of(TypedParameter.ofUnsigned("inbound.average", 1)), CONFIG));
        refused(
                ErrorCode.ARGUMENT_UNSUPPORTED,
                () -> limits.limitBandwidth(
                        domain, "52:54:00:00:00:09", List.of(TypedParameter.ofUnsigned("inbound.nosuch", 1)), CONFIG));
    }

    @Test
    void countersOfTheHostAreRemembered() {
        var limits = connection.deviceLimits();
        limits.setPerfEvents(domain, List.of(TypedParameter.ofBoolean("cmt", true)), CONFIG);
        assertThat(limits.perfEvents(domain, CONFIG))
                .contains(TypedParameter.ofBoolean("cmt", true), TypedParameter.ofBoolean("page_faults", false));
        refused(
                ErrorCode.ARGUMENT_UNSUPPORTED,
                () -> limits.setPerfEvents(domain, List.of(TypedParameter.ofBoolean("nosuch", true)), CONFIG));
    }

    private String xml() {
        return house.domains().xml(domain, 0);
    }

    private static BitSet cpus(int cpu) {
        var cpus = new BitSet();
        cpus.set(cpu);
        return cpus;
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> refused(ErrorCode code, ThrowingCallable call) {
        return assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        PosadaException.class,
                        failed -> assertThat(failed.code()).isEqualTo(code));
    }
}
