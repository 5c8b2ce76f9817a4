package dev.posada.rfb;

import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How to be a client.
 *
 * @param shared whether others may stay connected
 * @param encodings those the server may use, best first
 * @param credentials who is asked for passwords
 * @param host the server's name, which its certificate has to bear; empty accepts any name
 * @param tls whose certificates are believed; without it the JDK's own certificate authorities are
 */
public record RfbOptions(
        boolean shared, List<Encoding> encodings, Credentials credentials, String host, Optional<SSLContext> tls) {

    /** Shared, for a server far away, without a password. */
    public static final RfbOptions DEFAULT =
            new RfbOptions(true, Encoding.FAR_AWAY, Credentials.NONE, "", Optional.empty());

    public RfbOptions {
        encodings = List.copyOf(encodings);
    }

    /** The same, sharing the server with others or not. */
    public RfbOptions withShared(boolean wanted) {
        return new RfbOptions(wanted, encodings, credentials, host, tls);
    }

    /** The same with other encodings, best first. */
    public RfbOptions withEncodings(List<Encoding> wanted) {
        return new RfbOptions(shared, wanted, credentials, host, tls);
    }

    /** The same, asking somebody for passwords. */
    public RfbOptions withCredentials(Credentials source) {
        return new RfbOptions(shared, encodings, source, host, tls);
    }

    /** The same for a server whose certificate has to bear a name and be vouched for by {@code context}'s authorities. */
    public RfbOptions withTls(String name, SSLContext context) {
        return new RfbOptions(shared, encodings, credentials, name, Optional.of(context));
    }
}
