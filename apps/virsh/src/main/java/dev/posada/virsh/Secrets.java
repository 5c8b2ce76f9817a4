package dev.posada.virsh;

import dev.posada.client.Flag;
import dev.posada.client.Secret;
import dev.posada.model.SecretUsage;
import dev.posada.model.SecretValue;
import dev.posada.terminal.Terminals;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Commands about passphrases and keys. No message says a value; it is printed by {@code secret-get-value} alone. */
final class Secrets {
    /** The longest value that is read from a file. */
    private static final int MOST_VALUE_BYTES = 1024;

    private static final int BASE64_GROUP = 4;
    private static final String BASE64_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private Secrets() {}

    private static Option option() {
        return Option.value("secret", "a secret's uuid").completing(Secrets::uuids);
    }

    private static List<String> uuids(Call call) {
        return Proposals.answered(() -> call.connection().secrets().list().stream()
                .map(secret -> secret.uuid().toString())
                .toList());
    }

    static Secret of(Call call) {
        var word = call.required("secret");
        var failure = "failed to get secret '" + word + "'";
        var uuid = Words.uuid(word)
                .orElseThrow(() ->
                        new CommandException(failure, "uuidstr in virSecretLookupByUUIDString must be a valid UUID"));
        return call.attempt(failure, () -> call.connection().secrets().require(uuid));
    }

    static Command list() {
        return Command.named("secret-list")
                .summary("list secrets")
                .options(
                        Option.flag("ephemeral", "those that are never on disk"),
                        Option.flag("no-ephemeral", "those that are"),
                        Option.flag("private", "those that nobody is told"),
                        Option.flag("no-private", "those that can be read"))
                .action(Secrets::list);
    }

    private static void list(Call call) {
        var filter = new ArrayList<Flag.SecretList>();
        add(call, "ephemeral", Flag.SecretList.EPHEMERAL, filter);
        add(call, "no-ephemeral", Flag.SecretList.NO_EPHEMERAL, filter);
        add(call, "private", Flag.SecretList.PRIVATE, filter);
        add(call, "no-private", Flag.SecretList.NO_PRIVATE, filter);
        var secrets = call
                .attempt(
                        "Failed to list node secrets",
                        () -> call.connection().secrets().list(filter.toArray(Flag.SecretList[]::new)))
                .stream()
                .sorted(Comparator.comparing(secret -> secret.uuid().toString()))
                .toList();
        var table = Table.of("UUID", "Usage");
        for (var secret : secrets) {
            var usage = secret.usage();
            table.row(secret.uuid(), usage == SecretUsage.NONE ? "Unused" : usage.word() + " " + secret.usageId());
        }
        call.print(table);
    }

    private static void add(Call call, String option, Flag.SecretList flag, List<Flag.SecretList> flags) {
        if (call.has(option)) {
            flags.add(flag);
        }
    }

    static Command define() {
        return Command.named("secret-define")
                .summary("keep a secret's definition from a file")
                .description("Keeps a definition, or changes the one of the same uuid. The value is set apart.")
                .options(CommonOptions.file("a secret's XML document"), CommonOptions.validate())
                .action(Secrets::define);
    }

    private static void define(Call call) {
        var file = call.required("file");
        var xml = TextFiles.xml(call, file);
        var secret = call.attempt(
                "Failed to set attributes from " + file,
                () -> call.connection().secrets().define(xml, call.has("validate")));
        call.extra("Secret " + secret.uuid() + " created\n");
    }

    static Command dumpxml() {
        return Command.named("secret-dumpxml")
                .summary("print a secret's XML document, without its value")
                .options(CommonOptions.withSelection(option()))
                .action(call -> XmlSelection.print(call, of(call).xml()));
    }

    static Command undefine() {
        return Command.named("secret-undefine")
                .summary("forget a secret and its value")
                .options(option())
                .action(Secrets::undefine);
    }

    private static void undefine(Call call) {
        var secret = of(call);
        var uuid = call.required("secret");
        call.attempt("Failed to delete secret " + uuid, secret::undefine);
        call.extra("Secret " + uuid + " deleted\n");
    }

    static Command getValue() {
        return Command.named("secret-get-value")
                .summary("print a secret's value")
                .options(option(), Option.flag("plain", "as it is, not in base64"))
                .action(Secrets::getValue);
    }

    private static void getValue(Call call) {
        var value = of(call).value();
        if (call.json()) {
            call.printJson(Map.of("base64", value.base64()));
        } else if (call.has("plain")) {
            var out = call.session().console().out();
            var bytes = value.bytes();
            out.write(bytes, 0, bytes.length);
            Arrays.fill(bytes, (byte) 0);
        } else {
            call.print(value.base64());
        }
    }

    static Command setValue() {
        return Command.named("secret-set-value")
                .summary("set a secret's value")
                .description("Sets the value to what a file holds or what is typed.")
                .options(
                        option(),
                        Option.text("file", "the file that holds it").onlyNamed(),
                        Option.flag("plain", "the file holds it as it is, not in base64"),
                        Option.flag("interactive", "ask for it"),
                        Option.text("base64", "the value itself, for everybody on the host to see"))
                .action(Secrets::setValue);
    }

    private static void setValue(Call call) {
        call.exclusive("file", "base64");
        call.exclusive("plain", "base64");
        call.exclusive("interactive", "base64");
        call.exclusive("interactive", "plain");
        call.exclusive("interactive", "file");
        var secret = of(call);
        var bytes = value(call);
        try {
            var value = SecretValue.of(bytes);
            call.attempt("Failed to set secret value", () -> secret.setValue(value));
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        call.extra("Secret value set\n");
    }

    private static byte[] value(Call call) {
        var base64 = call.text("base64");
        var file = call.text("file");
        if (base64.isPresent()) {
            call.complain("Passing secret value as command-line argument is insecure!");
            return decoded(base64.get().getBytes(StandardCharsets.ISO_8859_1));
        }
        if (file.isPresent()) {
            var bytes = TextFiles.bytes(call, file.get(), MOST_VALUE_BYTES);
            return call.has("plain") ? bytes : decoded(bytes);
        }
        if (call.has("interactive")) {
            return typed(call);
        }
        throw new CommandException("Input secret value is missing");
    }

    /**
     * Decodes whole groups and passes over what is no base64, such as line breaks, as libvirt's tools do: a file that
     * works with them is not to give another passphrase here.
     */
    private static byte[] decoded(byte[] text) {
        var value = new ByteArrayOutputStream(text.length);
        var group = new byte[BASE64_GROUP];
        int filled = 0;
        for (byte letter : text) {
            if (sixBits(letter) < 0) {
                continue;
            }
            group[filled++] = letter;
            if (filled == BASE64_GROUP) {
                int bits =
                        sixBits(group[0]) << 18 | sixBits(group[1]) << 12 | sixBits(group[2]) << 6 | sixBits(group[3]);
                value.write(bits >> 16);
                if (group[2] != '=') {
                    value.write(bits >> 8);
                }
                if (group[3] != '=') {
                    value.write(bits);
                }
                filled = 0;
            }
        }
        Arrays.fill(text, (byte) 0);
        Arrays.fill(group, (byte) 0);
        if (value.size() == 0) {
            throw new CommandException("Failed to set secret value", "value in virSecretSetValue must not be NULL");
        }
        return value.toByteArray();
    }

    /** What a letter stands for; '=' fills up like a zero; -1 for what is no base64. */
    private static int sixBits(byte letter) {
        return letter == '=' ? 0 : BASE64_LETTERS.indexOf(letter);
    }

    private static byte[] typed(Call call) {
        call.print("Enter new value for secret:");
        call.session().console().out().flush();
        if (Terminals.isTerminal(Terminals.Descriptor.IN)) {
            var letters = Objects.requireNonNull(System.console()).readPassword();
            if (letters == null) {
                throw new CommandException("Failed to read secret");
            }
            var bytes = StandardCharsets.UTF_8.encode(java.nio.CharBuffer.wrap(letters));
            Arrays.fill(letters, ' ');
            var value = new byte[bytes.remaining()];
            bytes.get(value);
            return value;
        }
        return line(call.session().console().in());
    }

    private static byte[] line(InputStream in) {
        var line = new ByteArrayOutputStream();
        try {
            int read = in.read();
            if (read < 0) {
                throw new CommandException("Failed to read secret");
            }
            while (read >= 0 && read != '\n' && line.size() < MOST_VALUE_BYTES) {
                line.write(read);
                read = in.read();
            }
            return line.toByteArray();
        } catch (IOException e) {
            throw new CommandException("Failed to read secret");
        }
    }
}
