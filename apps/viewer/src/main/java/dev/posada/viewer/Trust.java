package dev.posada.viewer;

import dev.posada.rfb.RfbOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whose certificates are believed: those of the authority that libvirt's clients believe, if one is set up. */
final class Trust {
    private static final String USERS = ".pki/CA/cacert.pem";
    private static final Path HOSTS = Path.of("/etc/pki/CA/cacert.pem");

    private Trust() {}

    /** The options for a server whose certificate has to bear a name. */
    static RfbOptions forHost(RfbOptions options, String host) {
        try {
            return options.withTls(host, context());
        } catch (GeneralSecurityException | IOException e) {
            throw new ViewerException("no certificate authority can be used: " + e.getMessage(), e);
        }
    }

    private static SSLContext context() throws GeneralSecurityException, IOException {
        Optional<Path> file = List.of(Path.of(System.getProperty("user.home", "/"), USERS), HOSTS).stream()
                .filter(Files::isReadable)
                .findFirst();
        if (file.isEmpty()) {
            return SSLContext.getDefault();
        }
        var authorities = KeyStore.getInstance(KeyStore.getDefaultType());
        authorities.load(null);
        try (InputStream pem = Files.newInputStream(file.get())) {
            int number = 0;
            for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                authorities.setCertificateEntry("authority" + number++, certificate);
            }
        }
        var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(authorities);
        var context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
