package dev.posada.viewer;

import java.awt.Toolkit;
import java.awt.datatransfer.DataFlavor;
import java.awt.datatransfer.StringSelection;
import java.awt.datatransfer.UnsupportedFlavorException;
import java.io.IOException;
import java.util.function.Consumer;

/** Keeps this desktop's clipboard and a guest's alike. What one has given to the other is not given back. */
final class Clipboards {
    /** More text than anybody pastes into a guest; the rest is cut off. */
    private static final int MAX_CHARS = 1 << 20;

    private volatile String last = "";

    /** The guest has new text. */
    void fromGuest(String text) {
        last = text;
        try {
            Toolkit.getDefaultToolkit().getSystemClipboard().setContents(new StringSelection(text), null);
        } catch (IllegalStateException busy) {
            // Another program holds the clipboard just now; the next text gets through.
            last = "";
        }
    }

    /** Gives this desktop's text to {@code guest} if it is new. Who owns it may take its time: not on this thread. */
    void toGuest(Consumer<String> guest) {
        Thread.ofVirtual().name("virt-viewer-clipboard").start(() -> {
            try {
                var clipboard = Toolkit.getDefaultToolkit().getSystemClipboard();
                if (clipboard.isDataFlavorAvailable(DataFlavor.stringFlavor)
                        && clipboard.getData(DataFlavor.stringFlavor) instanceof String text) {
                    String kept = text.substring(0, Math.min(text.length(), MAX_CHARS));
                    if (!kept.equals(last)) {
                        last = kept;
                        guest.accept(kept);
                    }
                }
            } catch (IllegalStateException | UnsupportedFlavorException | IOException unreadable) {
                // What cannot be read now is not worth a word to somebody who only changed windows.
                last = "";
            }
        });
    }
}
