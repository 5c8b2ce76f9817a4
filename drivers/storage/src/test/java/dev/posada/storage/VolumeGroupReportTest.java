package dev.posada.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.PosadaException;
import org.junit.jupiter.api.Test;

/** What lvm2 2.03.16 printed of a group with every kind of volume, and what is made of it. */
final class VolumeGroupReportTest {
    private static final String VOLUMES = """
            big|L7LO7L-2zAp-ei0v-f3V3-Tohu-Kq2J-RJvdsc|-wi-a-----|314572800|||255852544|1|4194304|/dev/vdb(2)
            big|L7LO7L-2zAp-ei0v-f3V3-Tohu-Kq2J-RJvdsc|-wi-a-----|314572800|||58720256|1|4194304|/dev/vda(4)
            idle|DW9pxp-4pMX-DDTV-hb0I-8Y1E-SalN-2rYuBN|-wi-------|4194304|||4194304|1|4194304|/dev/vda(27)
            lin|ZloeVD-eaRd-wjNZ-zSBL-JiyJ-WfNW-U2q7Mf|owi-a-s---|8388608|||8388608|1|4194304|/dev/vda(0)
            pool|JH3Djj-HsTK-GI9O-RB7a-T3vm-HfBB-yh9HXF|twi-aotz--|16777216|||16777216|1|4194304|pool_tdata(0)
            snap|m3AeWq-dru6-QNHS-PL9h-Ho44-MVBI-7y2IwM|swi-a-s---|8388608|lin||8388608|1|4194304|/dev/vda(18)
            sparse|x6Au0W-76G2-04FU-JL1e-40ud-pAxX-prGjp5|swi-a-s---|4194304|[sparse_vorigin]||4194304|1|4194304|/dev/vda(20)
            striped|RToXTA-G5RD-CFkP-6WmT-JOAJ-f93d-SDiHWl|-wi-a-----|16777216|||16777216|2|4194304|/dev/vda(2),/dev/vdb(0)
            thin|aDM2vW-d5d7-83J4-a0FC-Wet2-E0cI-fASFMz|Vwi-a-tz--|33554432||pool|33554432|0|4194304|
            thinsnap|TCd3yU-0l8F-eHTM-BsYH-5nDe-1h3N-Aar9TL|Vwi-a-tz--|33554432|thin|pool|33554432|0|4194304|
            """;

    @Test
    void volumesAreThoseThatAreThereForUse() {
        var volumes = VolumeGroupReport.volumes(VOLUMES, "/dev/g1");
        assertThat(volumes.keySet())
                .as("neither the thin pool nor what is not active")
                .containsExactlyInAnyOrder("big", "lin", "snap", "sparse", "striped", "thin", "thinsnap");
        assertThat(volumes.get("lin").entry().path()).isEqualTo("/dev/g1/lin");
        assertThat(volumes.get("lin").entry().key()).matches("(\\w+-)+\\w+");
    }

    @Test
    void snapshotsTellTheirOriginAndSparseVolumesTheirRoom() {
        var volumes = VolumeGroupReport.volumes(VOLUMES, "/dev/g1");
        assertThat(volumes.get("snap").details().backingPath()).contains("/dev/g1/lin");
        assertThat(volumes.get("thinsnap").details().backingPath()).contains("/dev/g1/thin");
        assertThat(volumes.get("sparse").details().backingPath()).isEmpty();
        assertThat(volumes.get("sparse").details().allocationBytes()).hasValue(4 << 20);
        assertThat(volumes.get("thin").thin()).isTrue();
        assertThat(volumes.get("lin").thin()).isFalse();
    }

    @Test
    void partsOfDevicesAreToldInBytes() {
        var volumes = VolumeGroupReport.volumes(VOLUMES, "/dev/g1");
        var lin = volumes.get("lin").details().source().orElseThrow();
        assertThat(lin.children("device")).hasSize(1);
        assertThat(lin.at("device", "extent").orElseThrow().attribute("end")).contains("8388608");
        var striped = volumes.get("striped").details().source().orElseThrow();
        assertThat(striped.children("device")).hasSize(2);
        var big = volumes.get("big").details().source().orElseThrow();
        long total = big.children("device").stream()
                .flatMap(device -> device.children("extent").stream())
                .mapToLong(extent ->
                        Long.parseLong(extent.attribute("end", "0")) - Long.parseLong(extent.attribute("start", "0")))
                .sum();
        assertThat(total).isEqualTo(300L << 20);
        assertThat(volumes.get("thin").details().source()).isEmpty();
    }

    @Test
    void figuresAndGroupsAreRead() {
        var figures = VolumeGroupReport.figures("  528482304|100663296\n");
        assertThat(figures.capacityBytes()).isEqualTo(528482304);
        assertThat(figures.allocationBytes()).isEqualTo(528482304 - 100663296);
        var sources = VolumeGroupReport.sources("  /dev/vda|g1\n  /dev/vdb|g1\n  /dev/vdc|\n");
        assertThat(sources.children("source")).hasSize(1);
        assertThat(sources.at("source").orElseThrow().children("device")).hasSize(2);
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertThatThrownBy(() -> VolumeGroupReport.figures("nonsense"))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining("cannot understand what the tools of lvm2 print: 'nonsense'");
    }
}
