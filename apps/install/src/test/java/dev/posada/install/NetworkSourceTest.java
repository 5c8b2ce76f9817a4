package dev.posada.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.xml.Documents;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkSourceTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            <source protocol='nbd' name='x'><host name='h'/></source>                           | nbd://h/x
            <source protocol='rbd' name='p/v'><host name='m' port='6789'/><host name='n'/></source> | rbd://m:6789/p/v
            <source protocol='nbd'><host transport='unix' socket='/s'/></source>                 | nbd+unix:///s
            <source protocol='rbd' name='p/v'/>                                                 | rbd:///p/v
            """)
    void aDiskInTheNetworkHasAnAddress(String source, String url) {
        assertThat(NetworkSource.url(Documents.parse(source))).isEqualTo(url);
    }
}
