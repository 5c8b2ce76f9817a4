package dev.posada.install;

import dev.posada.iso.IsoWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What a cloud image finds at its first start: a disc called {@code cidata} with the settings that cloud-init's NoCloud
 * source looks for.
 */
final class CloudSeed {
    private static final String LABEL = "cidata";
    private static final int PASSWORD_LENGTH = 16;
    private static final String PASSWORD_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    private final InstallRequest.CloudInit wanted;
    private final Optional<String> password;

    /** @param random what a password that is to be generated comes from */
    CloudSeed(InstallRequest.CloudInit wanted, RandomGenerator random) {
        this.wanted = wanted;
        password = wanted.generatePassword() ? Optional.of(generated(random)) : Optional.empty();
    }

    private static String generated(RandomGenerator random) {
        var password = new StringBuilder();
        while (password.length() < PASSWORD_LENGTH) {
            password.append(PASSWORD_CHARACTERS.charAt(random.nextInt(PASSWORD_CHARACTERS.length())));
        }
        return password.toString();
    }

    /** The password that was made up for root; empty where none was asked for. */
    Optional<String> generatedPassword() {
        return password;
    }

    /** Writes the disc. */
    void write(Path file, Instant time) {
        var disc = new IsoWriter(LABEL, time)
                .add("meta-data", wanted.metaDataFile().map(CloudSeed::content).orElse(""))
                .add("user-data", userData());
        wanted.networkConfigFile()
                .map(CloudSeed::content)
                .filter(text -> !text.isEmpty())
                .ifPresent(text -> disc.add("network-config", text));
        disc.write(file);
    }

    /** The settings: the user's file, or what the other options come to. */
    String userData() {
        if (wanted.userDataFile().isPresent()) {
            return content(wanted.userDataFile().get());
        }
        var text = new StringBuilder("#cloud-config\n");
        Optional<String> rootPassword =
                wanted.passwordFile().map(CloudSeed::firstLine).or(() -> password);
        rootPassword.ifPresent(root -> text.append("chpasswd:\n  list: |\n    root:")
                .append(root)
                .append("\n  expire: ")
                .append(wanted.generatePassword() ? "True" : "False")
                .append('\n'));
        if (wanted.rootSshKeyFile().isPresent() || wanted.userSshKeyFile().isPresent()) {
            text.append("users:\n");
            wanted.rootSshKeyFile()
                    .map(CloudSeed::firstLine)
                    .ifPresent(key -> text.append("  - name: root\n    ssh-authorized-keys:\n      - ")
                            .append(key)
                            .append('\n'));
            wanted.userSshKeyFile()
                    .map(CloudSeed::firstLine)
                    .ifPresent(key ->
                            text.append("  - ssh-authorized-keys: ").append(key).append('\n'));
        }
        if (wanted.disable()) {
            text.append("runcmd:\n- echo \"Disabled by virt-install\" > /etc/cloud/cloud-init.disabled\n");
        }
        return text.toString();
    }

    /** The same where others may read it: passwords are left out. */
    String toldUserData() {
        var secret = wanted.passwordFile().map(CloudSeed::firstLine).or(() -> password);
        var text = userData();
        return secret.filter(word -> !word.isEmpty())
                .map(word -> text.replace(word, "[SCRUBBLED]"))
                .orElse(text);
    }

    private static String content(String file) {
        return TextFiles.content(file);
    }

    private static String firstLine(String file) {
        return TextFiles.firstLine(file);
    }
}
