package dev.posada.xml;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DomainXmlTest {
    @Test
    void theLeastDefinitionIsFilledAsLibvirtFillsIt() {
        var definition = DomainXml.parse("""
                <domain type='kvm'>
                  <name>a</name>
                  <uuid>6695EB01f6a4830479aa97f2502e193f</uuid>
                  <memory unit='MB'>1</memory>
                  <os><type>hvm</type></os>
                </domain>
                """, false);

        assertThat(DomainXml.format(definition, true)).isEqualTo("""
                <domain type='kvm'>
                  <name>a</name>
                  <uuid>6695eb01-f6a4-8304-79aa-97f2502e193f</uuid>
                  <memory unit='KiB'>977</memory>
                  <currentMemory unit='KiB'>977</currentMemory>
                  <vcpu placement='static'>1</vcpu>
                  <os>
                    <type>hvm</type>
                    <boot dev='hd'/>
                  </os>
                  <clock offset='utc'/>
                  <on_poweroff>destroy</on_poweroff>
                  <on_reboot>restart</on_reboot>
                  <on_crash>destroy</on_crash>
                  <devices/>
                </domain>
                """);
    }
}
