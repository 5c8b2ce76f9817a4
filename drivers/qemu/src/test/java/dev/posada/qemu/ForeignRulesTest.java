package dev.posada.qemu;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.posada.model.PosadaException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What libvirt 9.0 refuses of boards that are no PCs, in its words. */
final class ForeignRulesTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        aarch64 | virt            | <panic model='s390'/>                           | only S390 guests support panic device of model 's390'
        aarch64 | virt            | <panic model='pseries'/>                        | only pSeries guests support panic device of model 'pseries'
        aarch64 | virt            | <watchdog model='diag288'/>                     | diag288 model of watchdog is allowed for s390 and s390x only
        aarch64 | virt            | <iommu model='intel'/>                          | IOMMU device: 'intel' is only supported with Q35 machines
        aarch64 | virt            | <iommu model='virtio'/>                         | IOMMU device: 'virtio' requires ACPI
        s390x   | s390-ccw-virtio | <iommu model='smmuv3'/>                         | IOMMU device: 'smmuv3' is only supported with ARM Virt machines
        aarch64 | virt            | <nvram/>                                        | nvram device is only supported for PPC64
        aarch64 | virt            | <console type='pty'><target type='sclp'/></console> | sclpconsole is not supported in this QEMU binary
        aarch64 | virt            | <controller type='pci' index='1' model='pci-root'/> | pci-root and pcie-root controllers should have index 0
        aarch64 | virt            | <controller type='ide'/>                        | IDE controllers are unsupported for this QEMU binary or machine type
        aarch64 | virt            | <tpm model='tpm-spapr'><backend type='emulator'/></tpm> | does not support TPM model tpm-spapr
        ppc64   | pseries         | <parallel type='pty'/>                          | parallel ports are not supported
        ppc64   | pseries         | <video><model type='ramfb'/></video>            | domain configuration does not support video model 'ramfb'
        s390x   | s390-ccw-virtio | <video><model type='vga'/></video>              | domain configuration does not support video model 'vga'
        s390x   | s390-ccw-virtio | <sound model='ich9'/>                           | ich9-intel-hda audio controller is not supported
        s390x   | s390-ccw-virtio | <controller type='sata'/>                       | SATA is not supported with this QEMU binary
        aarch64 | raspi3b         | <rng model='virtio'><backend model='random'/><address type='pci' slot='0x02'/></rng> | No PCI buses available
        s390x   | s390-ccw-virtio | <rng model='virtio'><backend model='random'/><address type='pci'><zpci uid='0'/></address></rng> | Invalid PCI address uid='0x0000'
        aarch64 | virt            | <rng model='virtio'><backend model='random'/><address type='pci'><zpci uid='1'/></address></rng> | This QEMU binary doesn't support zPCI
        aarch64 | virt            | <rng model='virtio'><backend model='random'/><address type='ccw' cssid='0xfe' ssid='0' devno='0'/></rng> | cannot use CCW address type
        """)
    void aDeviceOfAnotherFamilyIsRefusedWhenItIsDefined(String arch, String machine, String device, String problem) {
        assertThatThrownBy(() -> Fixtures.complete(definition(arch, machine, "", device)))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        ppc64   | pseries | <cpu mode='maximum'/>                              | maximum CPU is not supported by QEMU binary
        ppc64   | pseries | <features><pmu state='off'/></features>            | PMU is always enabled for architecture 'ppc64'
        aarch64 | virt    | <pm><suspend-to-mem enabled='no'/></pm>            | setting ACPI S3 not supported
        aarch64 | virt    | <clock offset='utc'><timer name='armvtimer'/></clock> | Configuring the 'armvtimer' timer is not supported
        aarch64 | virt    | <vcpu>1000</vcpu>                                  | Maximum CPUs greater than specified machine type limit 512
        """)
    void aFeatureThatABoardLacksIsRefusedWhenItIsDefined(String arch, String machine, String part, String problem) {
        assertThatThrownBy(() -> Fixtures.complete(definition(arch, machine, part, "")))
                .isInstanceOf(PosadaException.class)
                .hasMessageContaining(problem);
    }

    private static String definition(String arch, String machine, String part, String device) {
        return "<domain type='qemu'><name>x</name><memory>262144</memory><os><type arch='%s' machine='%s'>hvm</type></os>%s<devices>%s</devices></domain>"
                .formatted(arch, machine, part, device);
    }
}
