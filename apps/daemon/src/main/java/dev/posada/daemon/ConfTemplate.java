package dev.posada.daemon;

/** Writes the settings file that is shipped: every key with what it does, all of it commented out. */
final class ConfTemplate {
    private static final int WIDTH = 100;

    private ConfTemplate() {}

    static String posadad() {
        var text = new StringBuilder();
        comment(
                "Settings of posadad, in the format and with the names of libvirt's libvirtd.conf. Each key stands here"
                        + " with what holds while it is not set, or an example; remove the # to set it. They are read"
                        + " when the daemon starts.",
                text);
        var section = "";
        for (var key : SettingKeys.all()) {
            if (!key.section().equals(section)) {
                section = key.section();
                text.append("\n\n# --- ").append(section).append(" ---\n");
            }
            if (key.idle().isEmpty()) {
                text.append('\n');
                comment(key.text(), text);
            }
            text.append('#').append(key.name()).append(" = ").append(key.standard());
            key.idle().ifPresent(why -> text.append("  # ").append(why));
            text.append('\n');
        }
        return text.toString();
    }

    private static void comment(String sentences, StringBuilder text) {
        int column = 0;
        for (var word : sentences.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                text.append('\n');
                column = 0;
            }
            text.append(column == 0 ? "# " : " ").append(word);
            column += (column == 0 ? 2 : 1) + word.length();
        }
        text.append('\n');
    }
}
