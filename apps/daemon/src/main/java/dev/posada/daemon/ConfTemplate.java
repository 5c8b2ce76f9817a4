package dev.posada.daemon;

/** Writes the settings file that is shipped: every key with what it does, all of it commented out. */
final class ConfTemplate {
    private static final int WIDTH = 100;

    private ConfTemplate() {}

    static String of(KeyTable table) {
        var text = new StringBuilder();
        comment(table.title(), text);
        var section = "";
        for (var key : table.keys()) {
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
