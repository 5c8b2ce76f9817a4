package dev.posada.rfb;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;

/**
 * Answers the challenge of VNC authentication: the server's 16 bytes, encrypted by DES with the password. Of a password
 * only eight bytes count, and each is taken with its bits mirrored.
 */
final class VncChallenge {
    static final int BYTES = 16;

    private static final int KEY_BYTES = 8;

    private VncChallenge() {}

    static byte[] response(byte[] challenge, String password) {
        byte[] text = password.getBytes(StandardCharsets.ISO_8859_1);
        byte[] key = new byte[KEY_BYTES];
        for (int i = 0; i < Math.min(KEY_BYTES, text.length); i++) {
            key[i] = (byte) (Integer.reverse(text[i]) >>> 24);
        }
        try {
            // Each half by itself: that is how the protocol has it.
            var cipher = Cipher.getInstance("DES/ECB/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "DES"));
            return cipher.doFinal(challenge);
        } catch (GeneralSecurityException e) {
            throw new RfbException(
                    RfbException.Kind.UNSUPPORTED, "this Java runtime cannot encrypt by DES: " + e.getMessage(), e);
        }
    }
}
