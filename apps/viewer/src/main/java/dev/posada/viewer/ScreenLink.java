package dev.posada.viewer;

import dev.posada.client.ConnectionUri;
import dev.posada.client.Domain;
import dev.posada.model.PosadaException;
import dev.posada.rfb.Credentials;
import dev.posada.rfb.Encoding;
import dev.posada.rfb.RfbClient;
import dev.posada.rfb.RfbException;
import dev.posada.rfb.RfbListener;
import dev.posada.rfb.RfbOptions;
import dev.posada.viewer.Screens.Vnc;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Connects to screens: finds the way, and who knows the password. */
final class ScreenLink {
    private static final int MAX_ATTEMPTS = 3;

    private final ViewerOptions options;
    private final ConnectionUri uri;
    private final Consumer<String> verbose;

    ScreenLink(ViewerOptions options, ConnectionUri uri, Consumer<String> verbose) {
        this.options = options;
        this.uri = uri;
        this.verbose = verbose;
    }

    /**
     * Connects.
     *
     * @throws ViewerException when that does not succeed, for whatever reason
     */
    RfbClient connect(Vnc screen, Domain domain, RfbListener listener, ViewerWindow window) {
        Way way = Way.to(screen, uri, options.direct(), options.attach());
        for (int attempt = 1; ; attempt++) {
            verbose.accept(way.opening());
            // A password from the document is tried once; a person may mistype.
            var asked = new AtomicBoolean();
            boolean trustDocument = attempt == 1;
            Credentials credentials = question -> answer(question, screen, trustDocument, asked, window);
            try {
                return open(way, domain, credentials, listener);
            } catch (PosadaException e) {
                throw new ViewerException("Unable to connect to the graphic server: " + e.getMessage(), e);
            } catch (RfbException e) {
                boolean again = e.kind() == RfbException.Kind.REFUSED
                        && (asked.get() || screen.password().isPresent())
                        && attempt < MAX_ATTEMPTS;
                if (!again) {
                    throw new ViewerException("Unable to connect to the graphic server: " + e.getMessage(), e);
                }
                verbose.accept(e.getMessage());
            } catch (IOException e) {
                throw new ViewerException(
                        "Unable to connect to the graphic server (" + way.opening() + "): " + e.getMessage(), e);
            }
        }
    }

    private static Optional<String> answer(
            Credentials.Question question,
            Vnc screen,
            boolean trustDocument,
            AtomicBoolean asked,
            ViewerWindow window) {
        boolean password = question == Credentials.Question.PASSWORD;
        if (password && trustDocument && screen.password().isPresent()) {
            return screen.password();
        }
        asked.set(true);
        Optional<String> answer = window.askSecret(password ? "Password:" : "User name:", password);
        if (answer.isEmpty()) {
            throw new ViewerException("Authentication was cancelled");
        }
        return answer;
    }

    private RfbClient open(Way way, Domain domain, Credentials credentials, RfbListener listener) throws IOException {
        ByteChannel channel = Line.open(way, domain);
        var rfb = RfbOptions.DEFAULT
                .withShared(options.shared())
                .withEncodings(way.isNearby() ? Encoding.NEARBY : Encoding.FAR_AWAY)
                .withCredentials(credentials);
        if (way instanceof Way.Tcp tcp) {
            rfb = Trust.forHost(rfb, tcp.host());
        }
        return RfbClient.connect(channel, channel, rfb, listener);
    }
}
