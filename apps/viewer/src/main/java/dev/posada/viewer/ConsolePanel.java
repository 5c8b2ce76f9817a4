package dev.posada.viewer;

import dev.posada.client.DataStream;
import dev.posada.client.Domain;
import dev.posada.model.PosadaException;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics;
import java.awt.event.KeyAdapter;
import java.awt.event.KeyEvent;
import java.awt.event.MouseAdapter;
import java.awt.event.MouseEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.swing.JComponent;

/**
 * A serial console of a domain, opened when it is looked at first: the daemon gives a console to one at a time. A thread
 * feeds the screen with what the guest says; another sends what is typed.
 */
final class ConsolePanel extends JComponent implements AutoCloseable {
    private static final long serialVersionUID = 1;

    private static final int CHUNK_BYTES = 8192;
    private static final int MAX_WAITING = 1024;
    private static final Color BACKGROUND = Color.BLACK;
    private static final Color TEXT = new Color(0xe5e5e5);

    private final transient Domain domain;
    private final String alias;
    private final transient TerminalScreen screen = new TerminalScreen(this::send);
    private final transient AtomicReference<DataStream> stream = new AtomicReference<>();
    private final transient ThreadPoolExecutor sender = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            Thread.ofVirtual().name("virt-viewer-console-out").factory(),
            new ThreadPoolExecutor.DiscardPolicy());
    private boolean begun;

    ConsolePanel(Domain domain, String alias) {
        this.domain = domain;
        this.alias = alias;
        setFont(new Font(Font.MONOSPACED, Font.PLAIN, 14));
        setFocusable(true);
        setFocusTraversalKeysEnabled(false);
        enableInputMethods(false);
        addKeyListener(new Typing());
        addMouseListener(new MouseAdapter() {
            @Override
            public void mousePressed(MouseEvent event) {
                requestFocusInWindow();
            }
        });
    }

    /** Opens the console unless it is open. */
    void begin() {
        if (!begun) {
            begun = true;
            Thread.ofVirtual().name("virt-viewer-console-in").start(this::read);
        }
    }

    private void read() {
        try (var opened = domain.openConsole(alias)) {
            stream.set(opened);
            var buffer = ByteBuffer.allocate(CHUNK_BYTES);
            while (opened.read(buffer) >= 0) {
                screen.feed(buffer.array(), buffer.position());
                buffer.clear();
                repaint();
            }
            say("the console has ended");
        } catch (PosadaException e) {
            say(e.getMessage());
        }
    }

    /** A line of the viewer's own, below what the guest has said. */
    private void say(String text) {
        byte[] line = ("\r\n\033[0;7m " + text + " \033[0m\r\n").getBytes(StandardCharsets.UTF_8);
        screen.feed(line, line.length);
        repaint();
    }

    private void send(byte[] bytes) {
        sender.execute(() -> {
            DataStream open = stream.get();
            try {
                if (open != null && open.isOpen()) {
                    open.write(ByteBuffer.wrap(bytes));
                }
            } catch (PosadaException e) {
                // Whoever reads meets the same end, and tells of it.
                sender.getQueue().clear();
            }
        });
    }

    @Override
    public void close() {
        sender.shutdownNow();
        DataStream open = stream.get();
        if (open != null) {
            Thread.ofVirtual().start(open::close);
        }
    }

    @Override
    public Dimension getPreferredSize() {
        FontMetrics metrics = getFontMetrics(getFont());
        return new Dimension(
                metrics.charWidth('M') * TerminalScreen.COLUMNS + 4, metrics.getHeight() * TerminalScreen.ROWS + 4);
    }

    @Override
    protected void paintComponent(Graphics graphics) {
        FontMetrics metrics = graphics.getFontMetrics(getFont());
        int width = metrics.charWidth('M');
        int height = metrics.getHeight();
        graphics.setFont(getFont());
        graphics.setColor(BACKGROUND);
        graphics.fillRect(0, 0, getWidth(), getHeight());
        for (int row = 0; row < TerminalScreen.ROWS; row++) {
            for (int column = 0; column < TerminalScreen.COLUMNS; column++) {
                boolean cursor =
                        screen.cursorShown() && row == screen.row() && column == screen.column() && isFocusOwner();
                drawCell(graphics, metrics, row, column, new Dimension(width, height), cursor);
            }
        }
    }

    private void drawCell(
            Graphics graphics, FontMetrics metrics, int row, int column, Dimension cell, boolean reversed) {
        int style = screen.style(row, column);
        int sign = screen.codePoint(row, column);
        boolean swap = reversed != ((style & TerminalCells.REVERSED) != 0);
        boolean bold = (style & TerminalCells.BOLD) != 0;
        Color text = TEXT;
        if ((style & TerminalCells.FOREGROUND_SET) != 0) {
            int index = style & 0xff;
            text = new Color(TerminalStyle.rgb(bold && index < 8 ? index + 8 : index));
        }
        Color behind = (style & TerminalCells.BACKGROUND_SET) != 0
                ? new Color(TerminalStyle.rgb(style >> TerminalCells.BACKGROUND_SHIFT & 0xff))
                : BACKGROUND;
        int x = 2 + column * cell.width;
        int y = 2 + row * cell.height;
        Color fill = swap ? text : behind;
        if (!fill.equals(BACKGROUND)) {
            graphics.setColor(fill);
            graphics.fillRect(x, y, cell.width, cell.height);
        }
        if (sign != ' ') {
            graphics.setColor(swap ? behind : text);
            graphics.drawString(Character.toString(sign), x, y + metrics.getAscent());
        }
        if ((style & TerminalCells.UNDERLINED) != 0) {
            graphics.setColor(swap ? behind : text);
            graphics.drawLine(x, y + metrics.getAscent() + 1, x + cell.width - 1, y + metrics.getAscent() + 1);
        }
    }

    /** What keys send. */
    private final class Typing extends KeyAdapter {
        @Override
        public void keyPressed(KeyEvent event) {
            String sequence = sequence(event.getKeyCode());
            if (!sequence.isEmpty()) {
                event.consume();
                send(sequence.getBytes(StandardCharsets.US_ASCII));
            }
        }

        @Override
        public void keyTyped(KeyEvent event) {
            event.consume();
            char sign = event.getKeyChar();
            if (sign == KeyEvent.CHAR_UNDEFINED || sign == 0x7f) {
                return;
            }
            String text = switch (sign) {
                case '\n' -> "\r";
                case '\b' -> "\177";
                default -> String.valueOf(sign);
            };
            send(((event.isAltDown() ? "\033" : "") + text).getBytes(StandardCharsets.UTF_8));
        }

        private String sequence(int key) {
            String cursor = screen.applicationCursor() ? "\033O" : "\033[";
            return switch (key) {
                case KeyEvent.VK_UP -> cursor + "A";
                case KeyEvent.VK_DOWN -> cursor + "B";
                case KeyEvent.VK_RIGHT -> cursor + "C";
                case KeyEvent.VK_LEFT -> cursor + "D";
                case KeyEvent.VK_HOME -> cursor + "H";
                case KeyEvent.VK_END -> cursor + "F";
                case KeyEvent.VK_INSERT -> "\033[2~";
                case KeyEvent.VK_DELETE -> "\033[3~";
                case KeyEvent.VK_PAGE_UP -> "\033[5~";
                case KeyEvent.VK_PAGE_DOWN -> "\033[6~";
                case KeyEvent.VK_F1, KeyEvent.VK_F2, KeyEvent.VK_F3, KeyEvent.VK_F4 ->
                    "\033O" + (char) ('P' + key - KeyEvent.VK_F1);
                case KeyEvent.VK_F5 -> "\033[15~";
                case KeyEvent.VK_F6 -> "\033[17~";
                case KeyEvent.VK_F7 -> "\033[18~";
                case KeyEvent.VK_F8 -> "\033[19~";
                case KeyEvent.VK_F9 -> "\033[20~";
                case KeyEvent.VK_F10 -> "\033[21~";
                case KeyEvent.VK_F11 -> "\033[23~";
                case KeyEvent.VK_F12 -> "\033[24~";
                default -> "";
            };
        }
    }
}
