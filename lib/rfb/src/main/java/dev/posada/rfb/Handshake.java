package dev.posada.rfb;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * From the first byte to where messages begin: versions, security, and the sizes and name of the screen.
 *
 * <p>Of VeNCrypt's subtypes those with a server's certificate are there (X509None, X509Vnc, X509Plain). Those without
 * (TLSNone and its like) need anonymous Diffie-Hellman, which the JDK has switched off for the whole process and TLS 1.3
 * no longer has at all.
 */
final class Handshake {
    private static final int VERSION_BYTES = 12;
    private static final int MAX_REASON_BYTES = 4096;
    private static final int MAX_NAME_BYTES = 64 << 10;

    private static final int NONE = 1;
    private static final int VNC = 2;
    private static final int VENCRYPT = 19;

    private static final int PLAIN = 256;
    private static final int X509_NONE = 260;
    private static final int X509_VNC = 261;
    private static final int X509_PLAIN = 262;
    /** Best first. A password in the clear is never sent without TLS. */
    private static final List<Integer> VENCRYPT_TYPES = List.of(X509_PLAIN, X509_VNC, X509_NONE, VNC, NONE);

    private final RfbOptions options;
    private ReadableByteChannel in;
    private WritableByteChannel out;
    private WireInput input;
    private WireOutput output;

    private Handshake(ReadableByteChannel in, WritableByteChannel out, RfbOptions options) {
        this.options = options;
        this.in = in;
        this.out = out;
        this.input = new WireInput(in);
        this.output = new WireOutput(out);
    }

    /** What comes of it. */
    record Greeted(WireInput input, WireOutput output, boolean encrypted, int width, int height, String name) {}

    static Greeted perform(ReadableByteChannel in, WritableByteChannel out, RfbOptions options) {
        return new Handshake(in, out, options).perform();
    }

    private Greeted perform() {
        int minor = version();
        int type = minor == 3 ? typeDictated() : typeChosen();
        switch (type) {
            case NONE -> {}
            case VNC -> answerChallenge();
            case VENCRYPT -> vencrypt();
            default -> throw RfbException.unsupported("the server wants security type " + type);
        }
        // Before 3.8 a server that checks nothing says nothing either.
        if (type != NONE || minor == 8) {
            result(minor);
        }
        output.send(message -> message.u8(options.shared() ? 1 : 0));
        int width = input.u16();
        int height = input.u16();
        input.skip(16);
        String name = input.text(MAX_NAME_BYTES, "the desktop's name", StandardCharsets.UTF_8);
        return new Greeted(input, output, in instanceof TlsChannel, width, height, name);
    }

    /** Agrees on a version of the protocol: 3, 7 or 8. */
    private int version() {
        String line = new String(input.bytes(VERSION_BYTES), StandardCharsets.ISO_8859_1);
        if (!line.matches("RFB \\d{3}\\.\\d{3}\n")) {
            throw RfbException.malformed("this is no VNC server: it does not greet as one");
        }
        int major = Integer.parseInt(line.substring(4, 7));
        int minor = Integer.parseInt(line.substring(8, 11));
        if (major < 3 || (major == 3 && minor < 3)) {
            throw RfbException.unsupported(
                    "the server's version of the protocol is " + line.strip().substring(4));
        }
        // Some servers name versions that do not exist; those below 3.7 mean 3.3, and all later ones know 3.8.
        int agreed = 3;
        if (major > 3 || minor >= 8) {
            agreed = 8;
        } else if (minor == 7) {
            agreed = 7;
        }
        answerVersion(agreed);
        return agreed;
    }

    private void answerVersion(int agreed) {
        output.send(message -> message.bytes(("RFB 003.00" + agreed + "\n").getBytes(StandardCharsets.ISO_8859_1)));
    }

    private int typeDictated() {
        int type = input.s32();
        if (type == 0) {
            throw RfbException.refused(reason());
        }
        return type;
    }

    private int typeChosen() {
        byte[] offered = input.bytes(input.u8());
        if (offered.length == 0) {
            throw RfbException.refused(reason());
        }
        for (int wanted : List.of(VENCRYPT, VNC, NONE)) {
            for (byte type : offered) {
                if (type == wanted) {
                    output.send(message -> message.u8(wanted));
                    return wanted;
                }
            }
        }
        var names = new StringBuilder();
        for (byte type : offered) {
            names.append(names.isEmpty() ? "" : ", ").append(type & 0xff);
        }
        throw RfbException.unsupported("of the server's security types (" + names + ") this client knows none");
    }

    private void result(int minor) {
        if (input.s32() != 0) {
            throw RfbException.refused(minor == 8 ? reason() : "the server refused the password");
        }
    }

    private String reason() {
        String reason = input.text(MAX_REASON_BYTES, "a refusal", StandardCharsets.UTF_8);
        // Some count the NUL at the end of their own strings.
        return "the server refused us: " + reason.replaceAll("\\p{Cntrl}+", " ").strip();
    }

    private String ask(Credentials.Question question) {
        return options.credentials()
                .answer(question)
                .orElseThrow(() -> RfbException.refused(
                        question == Credentials.Question.USER
                                ? "the server wants the name of a user"
                                : "the server wants a password"));
    }

    private void answerChallenge() {
        byte[] challenge = input.bytes(VncChallenge.BYTES);
        byte[] response = VncChallenge.response(challenge, ask(Credentials.Question.PASSWORD));
        output.send(message -> message.bytes(response));
    }

    private void vencrypt() {
        int major = input.u8();
        int minor = input.u8();
        if (major == 0 && minor < 2) {
            throw RfbException.unsupported("the server's VeNCrypt is of version " + major + "." + minor);
        }
        output.send(message -> message.u8(0).u8(2));
        if (input.u8() != 0) {
            throw RfbException.unsupported("the server does not know version 0.2 of VeNCrypt");
        }
        int subtype = vencryptSubtype();
        if (subtype >= PLAIN) {
            startTls();
        }
        switch (subtype) {
            case VNC, X509_VNC -> answerChallenge();
            case X509_PLAIN -> sendPassword();
            default -> {}
        }
    }

    private int vencryptSubtype() {
        int[] offered = new int[input.u8()];
        for (int i = 0; i < offered.length; i++) {
            offered[i] = input.s32();
        }
        for (int wanted : VENCRYPT_TYPES) {
            for (int type : offered) {
                if (type == wanted) {
                    output.send(message -> message.s32(wanted));
                    return wanted;
                }
            }
        }
        throw RfbException.unsupported("the server offers TLS only without a certificate, or what this client does not "
                + "know; give it certificates (vnc_tls and vnc_tls_x509_cert_dir)");
    }

    private void startTls() {
        if (input.u8() != 1) {
            throw RfbException.refused("the server cannot begin TLS");
        }
        try {
            var tls = new TlsChannel(in, out, engine());
            in = tls;
            out = tls;
            input = new WireInput(tls);
            output = new WireOutput(tls);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new RfbException(RfbException.Kind.REFUSED, "no TLS connection to the server: " + e.getMessage(), e);
        }
    }

    private SSLEngine engine() throws NoSuchAlgorithmException {
        SSLContext context = options.tls().isPresent() ? options.tls().get() : SSLContext.getDefault();
        SSLEngine engine =
                options.host().isEmpty() ? context.createSSLEngine() : context.createSSLEngine(options.host(), -1);
        engine.setUseClientMode(true);
        if (!options.host().isEmpty()) {
            var parameters = engine.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            engine.setSSLParameters(parameters);
        }
        return engine;
    }

    private void sendPassword() {
        byte[] user = ask(Credentials.Question.USER).getBytes(StandardCharsets.UTF_8);
        byte[] password = ask(Credentials.Question.PASSWORD).getBytes(StandardCharsets.UTF_8);
        output.send(message ->
                message.s32(user.length).s32(password.length).bytes(user).bytes(password));
    }
}
