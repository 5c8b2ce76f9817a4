package dev.posada.viewer;

import dev.posada.client.Domain;
import dev.posada.rfb.RfbClient;
import java.awt.BorderLayout;
import java.awt.Color;
import java.awt.Component;
import java.awt.Dimension;
import java.awt.Frame;
import java.awt.GraphicsEnvironment;
import java.awt.event.ComponentAdapter;
import java.awt.event.ComponentEvent;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import javax.swing.JComponent;
import javax.swing.JFileChooser;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JOptionPane;
import javax.swing.JPanel;
import javax.swing.JPasswordField;
import javax.swing.JTabbedPane;
import javax.swing.JTextField;
import javax.swing.SwingConstants;
import javax.swing.SwingUtilities;
import javax.swing.Timer;

/**
 * The window: screens and consoles in tabs, or a line that says what is waited for.
 *
 * <p>Methods whose names begin the Javadoc with "Any thread" may be called from anywhere; all else, and all state, belongs
 * to the thread of windows.
 */
final class ViewerWindow implements ScreenPanel.Audience {
    private static final String PROGRAM = "Virt Viewer";
    private static final int ZOOM_STEP = 10;
    private static final int RESIZE_PAUSE_MILLIS = 300;

    private final ViewerOptions options;
    private final WindowCommands commands;
    private final Consumer<String> complain;
    private final JFrame frame = new JFrame(PROGRAM);
    private final JPanel root = new JPanel(new BorderLayout());
    private final JLabel status = new JLabel("", SwingConstants.CENTER);
    private final JTabbedPane tabs = new JTabbedPane();
    private final Hotkeys hotkeys;
    private final Menus menus;
    private final Clipboards clipboards = new Clipboards();
    private final List<ScreenTab> screens = new ArrayList<>();
    private final Map<String, JComponent> contents = new LinkedHashMap<>();
    private final Timer resizeTimer;
    private String name;
    private boolean showing;
    private boolean fullScreen;
    private boolean autoResize;
    private boolean resizable;
    private boolean grabbed;
    private int zoomPercent;

    private ViewerWindow(ViewerOptions options, String name, WindowCommands commands, Consumer<String> complain) {
        this.options = options;
        this.name = name;
        this.commands = commands;
        this.complain = complain;
        this.hotkeys = Hotkeys.read(options.hotkeys(), complain);
        this.menus = new Menus(this, commands, hotkeys, options.autoResize());
        this.autoResize = options.autoResize();
        this.zoomPercent = Math.clamp(options.zoomPercent(), ViewerOptions.MIN_ZOOM, ViewerOptions.MAX_ZOOM);
        this.resizeTimer = new Timer(RESIZE_PAUSE_MILLIS, _ -> askForSize());
        resizeTimer.setRepeats(false);
    }

    /** Any thread: opens the window. */
    static ViewerWindow open(ViewerOptions options, String name, WindowCommands commands, Consumer<String> complain) {
        return onWindowsThread(() -> {
            var window = new ViewerWindow(options, name, commands, complain);
            window.build();
            return window;
        });
    }

    private static <T> T onWindowsThread(Callable<T> action) {
        var task = new FutureTask<>(action);
        try {
            if (SwingUtilities.isEventDispatchThread()) {
                task.run();
            } else {
                SwingUtilities.invokeLater(task);
            }
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ViewerException("interrupted", e);
        } catch (ExecutionException e) {
            throw new ViewerException("the window failed: " + e.getCause(), e);
        }
    }

    private static void runOnWindowsThread(Runnable action) {
        onWindowsThread(Executors.callable(action));
    }

    private void build() {
        root.setBackground(Color.BLACK);
        status.setForeground(Color.LIGHT_GRAY);
        status.setPreferredSize(new Dimension(640, 480));
        frame.setContentPane(root);
        frame.setDefaultCloseOperation(JFrame.DO_NOTHING_ON_CLOSE);
        frame.addWindowListener(new WindowAdapter() {
            @Override
            public void windowClosing(WindowEvent event) {
                if (!options.kiosk()) {
                    commands.close();
                }
            }
        });
        frame.addWindowFocusListener(new WindowAdapter() {
            @Override
            public void windowGainedFocus(WindowEvent event) {
                current().flatMap(ScreenTab::input).ifPresent(input -> clipboards.toGuest(input::clipboard));
            }
        });
        tabs.addChangeListener(_ -> tabChosen());
        fullScreen = options.fullScreen();
        arrange();
        frame.setVisible(true);
        title();
    }

    /** Puts the frame together anew: with or without menus, with tabs, one screen, or a line of text. */
    private void arrange() {
        Component chosen = chosen();
        root.removeAll();
        tabs.removeAll();
        if (!showing) {
            root.add(status);
        } else if (fullScreen || contents.size() == 1) {
            root.add(chosen);
        } else {
            contents.forEach(tabs::addTab);
            tabs.setSelectedComponent(chosen);
            root.add(tabs);
        }
        frame.setJMenuBar(fullScreen ? null : menus.bar());
        if (frame.isUndecorated() != fullScreen) {
            frame.dispose();
            frame.setUndecorated(fullScreen);
        }
        if (fullScreen) {
            // Not the device's own full screen: that changes modes, and takes dialogues away.
            frame.setBounds(frame.getGraphicsConfiguration().getBounds());
        } else {
            fit();
        }
        frame.setVisible(true);
        root.revalidate();
        root.repaint();
        if (showing) {
            chosen.requestFocusInWindow();
        }
    }

    /** What is looked at: the tab chosen, what fills the monitor, or else the first screen. */
    private Component chosen() {
        Component tab = tabs.getSelectedComponent();
        if (tab != null) {
            return tab;
        }
        return contents.values().stream()
                .filter(content -> root.equals(content.getParent()))
                .findFirst()
                .or(() -> contents.values().stream().findFirst())
                .orElse(status);
    }

    /** Makes the window as large as what it shows, if the monitor is large enough. */
    private void fit() {
        if (fullScreen || (frame.getExtendedState() & Frame.MAXIMIZED_BOTH) != 0) {
            return;
        }
        frame.pack();
        var usable = GraphicsEnvironment.getLocalGraphicsEnvironment().getMaximumWindowBounds();
        if (frame.getWidth() > usable.width || frame.getHeight() > usable.height) {
            frame.setSize(Math.min(frame.getWidth(), usable.width), Math.min(frame.getHeight(), usable.height));
        }
    }

    private void title() {
        String press = hotkeys.describe(Hotkeys.Action.RELEASE_CURSOR);
        String hint = grabbed && !press.isEmpty() ? "(Press " + press + " to release pointer) " : "";
        frame.setTitle(hint + name + " - " + PROGRAM);
    }

    /** Any thread: shows a line instead of the screen. */
    void status(String text) {
        SwingUtilities.invokeLater(() -> {
            status.setText(text);
            if (showing) {
                showing = false;
                arrange();
            }
        });
    }

    /** Any thread: names the domain. */
    void name(String text) {
        SwingUtilities.invokeLater(() -> {
            name = text;
            title();
        });
    }

    /** Any thread: makes room for a screen, whose panel listens to what a client will draw. */
    ScreenTab newScreen() {
        return onWindowsThread(() -> {
            var panel = new ScreenPanel(this, options.localCursor());
            var mouse = new Mouse(panel, isGrabbed -> {
                grabbed = isGrabbed;
                title();
            });
            var map = KeyMap.read(options.keymap(), new Keys(), complain);
            Consumer<String> debug = options.debug() ? complain : _ -> {};
            panel.addComponentListener(new ComponentAdapter() {
                @Override
                public void componentResized(ComponentEvent event) {
                    resizeTimer.restart();
                }
            });
            panel.zoom(zoomPercent);
            return new ScreenTab(panel, new Keyboard(map, hotkeys, this::perform, debug), mouse);
        });
    }

    /** Any thread: shows connected screens, and consoles beside them. */
    void show(Map<ScreenTab, RfbClient> connected, Domain domain, List<Screens.TextConsole> consoles, boolean paused) {
        runOnWindowsThread(() -> {
            clear();
            int number = 0;
            for (var entry : connected.entrySet()) {
                number++;
                entry.getKey().connect(entry.getValue());
                screens.add(entry.getKey());
                contents.put(
                        connected.size() == 1 ? "Screen" : "Screen " + number,
                        entry.getKey().panel());
            }
            if (!options.kiosk()) {
                consoles.forEach(console -> contents.put(console.title(), new ConsolePanel(domain, console.alias())));
            }
            menus.paused(paused);
            showing = true;
            arrange();
        });
    }

    /** Any thread: whether the domain is paused, as others may have done. */
    void paused(boolean isPaused) {
        SwingUtilities.invokeLater(() -> menus.paused(isPaused));
    }

    /** Any thread: lets go of the guest; the window stays. */
    void disconnect() {
        runOnWindowsThread(this::clear);
    }

    private void clear() {
        screens.forEach(ScreenTab::disconnect);
        screens.clear();
        for (JComponent content : contents.values()) {
            if (content instanceof ConsolePanel console) {
                console.close();
            }
        }
        contents.clear();
        tabs.removeAll();
        resizable = false;
    }

    /** Any thread: takes the window away. */
    void dispose() {
        runOnWindowsThread(() -> {
            clear();
            resizeTimer.stop();
            frame.dispose();
        });
    }

    private void tabChosen() {
        Component chosen = tabs.getSelectedComponent();
        if (chosen instanceof ConsolePanel console) {
            console.begin();
        }
        if (chosen != null) {
            chosen.requestFocusInWindow();
        }
    }

    /** The screen that is looked at, or else the first. */
    private Optional<ScreenTab> current() {
        Component chosen = chosen();
        return screens.stream()
                .filter(screen -> screen.panel().equals(chosen))
                .findFirst()
                .or(() -> screens.stream().findFirst());
    }

    void send(List<GuestKey> keys) {
        current().flatMap(ScreenTab::input).ifPresent(input -> input.chord(keys));
    }

    void autoResize(boolean wanted) {
        autoResize = wanted;
        askForSize();
    }

    private void askForSize() {
        var screen = current();
        if (!autoResize || !resizable || screen.isEmpty() || !showing) {
            return;
        }
        var panel = screen.get().panel();
        int width = panel.getWidth() * 100 / zoomPercent;
        int height = panel.getHeight() * 100 / zoomPercent;
        boolean different = panel.guestSize()
                .filter(size -> Math.abs(size.width - width) > 1 || Math.abs(size.height - height) > 1)
                .isPresent();
        if (different) {
            screen.get().input().ifPresent(input -> input.size(width, height));
        }
    }

    /** Does what a key or a menu stands for. */
    void perform(Hotkeys.Action action) {
        switch (action) {
            case TOGGLE_FULLSCREEN -> {
                if (!options.kiosk()) {
                    fullScreen = !fullScreen;
                    arrange();
                }
            }
            case RELEASE_CURSOR -> screens.forEach(screen -> screen.mouse().release());
            case ZOOM_IN -> zoom(zoomPercent + ZOOM_STEP);
            case ZOOM_OUT -> zoom(zoomPercent - ZOOM_STEP);
            case ZOOM_RESET -> zoom(100);
            case SECURE_ATTENTION ->
                send(List.of(Keys.CONTROL, Keys.ALT, new Keys().byName("Delete").orElseThrow()));
        }
    }

    private void zoom(int percent) {
        zoomPercent = Math.clamp(percent, ViewerOptions.MIN_ZOOM, ViewerOptions.MAX_ZOOM);
        screens.forEach(screen -> screen.panel().zoom(zoomPercent));
        fit();
    }

    void saveScreenshot() {
        var picture = current().flatMap(screen -> screen.panel().picture());
        if (picture.isEmpty()) {
            return;
        }
        var chooser = new JFileChooser();
        chooser.setDialogTitle("Save screenshot");
        chooser.setSelectedFile(new File(name + ".png"));
        if (chooser.showSaveDialog(frame) != JFileChooser.APPROVE_OPTION) {
            return;
        }
        File file = chooser.getSelectedFile();
        if (file.exists() && !confirm("Replace " + file + "?")) {
            return;
        }
        try {
            ImageIO.write(picture.get(), "png", file);
        } catch (IOException e) {
            tell("Cannot write " + file + ": " + e.getMessage());
        }
    }

    boolean confirm(String question) {
        return JOptionPane.showConfirmDialog(frame, question, PROGRAM, JOptionPane.OK_CANCEL_OPTION)
                == JOptionPane.OK_OPTION;
    }

    /** Any thread: says something that has to be acknowledged, without waiting for that. */
    void tell(String text) {
        SwingUtilities.invokeLater(
                () -> JOptionPane.showMessageDialog(frame, text, PROGRAM, JOptionPane.PLAIN_MESSAGE));
    }

    /** Any thread: asks for a word that nobody else should see; empty when the user would rather not. */
    Optional<String> askSecret(String what, boolean hidden) {
        return onWindowsThread(() -> {
            var field = hidden ? new JPasswordField(24) : new JTextField(24);
            var pane =
                    new JOptionPane(
                            new Object[] {what, field}, JOptionPane.PLAIN_MESSAGE, JOptionPane.OK_CANCEL_OPTION) {
                        private static final long serialVersionUID = 1;

                        @Override
                        public void selectInitialValue() {
                            field.requestFocusInWindow();
                        }
                    };
            var dialogue = pane.createDialog(frame, "Authentication required");
            dialogue.setVisible(true);
            dialogue.dispose();
            if (!Integer.valueOf(JOptionPane.OK_OPTION).equals(pane.getValue())) {
                return Optional.empty();
            }
            return Optional.of(
                    field instanceof JPasswordField password ? new String(password.getPassword()) : field.getText());
        });
    }

    /** Any thread: has one of several chosen; empty when none is. */
    static Optional<String> choose(List<String> names) {
        return onWindowsThread(() -> Optional.ofNullable((String) JOptionPane.showInputDialog(
                null,
                "Available virtual machines",
                "Choose a virtual machine",
                JOptionPane.PLAIN_MESSAGE,
                null,
                names.toArray(),
                names.getFirst())));
    }

    @Override
    public void screenResized() {
        if (showing) {
            fit();
        }
    }

    @Override
    public void pointerIsAbsolute(boolean absolute) {
        screens.forEach(screen -> screen.mouse().absolute(absolute));
    }

    @Override
    public void guestClipboard(String text) {
        clipboards.fromGuest(text);
    }

    @Override
    public void resizable(boolean possible) {
        resizable = possible;
        resizeTimer.restart();
    }
}
