package dev.posada.viewer;

import dev.posada.viewer.Hotkeys.Action;
import java.util.List;
import javax.swing.JCheckBoxMenuItem;
import javax.swing.JMenu;
import javax.swing.JMenuBar;
import javax.swing.JMenuItem;

/** The menus of a viewer's window. */
final class Menus {
    private final ViewerWindow window;
    private final WindowCommands commands;
    private final Hotkeys hotkeys;
    private final Keys keys = new Keys();
    private final JCheckBoxMenuItem pause = new JCheckBoxMenuItem("Pause");
    private final JCheckBoxMenuItem autoResize;

    Menus(ViewerWindow window, WindowCommands commands, Hotkeys hotkeys, boolean autoResizes) {
        this.window = window;
        this.commands = commands;
        this.hotkeys = hotkeys;
        this.autoResize = new JCheckBoxMenuItem("Auto resize", autoResizes);
    }

    JMenuBar bar() {
        var bar = new JMenuBar();
        bar.add(file());
        bar.add(view());
        bar.add(sendKey());
        bar.add(machine());
        bar.add(help());
        return bar;
    }

    void paused(boolean isPaused) {
        pause.setSelected(isPaused);
    }

    private static JMenuItem item(String text, Runnable action) {
        var item = new JMenuItem(text);
        item.addActionListener(_ -> action.run());
        return item;
    }

    private JMenuItem item(String text, Action action) {
        String press = hotkeys.describe(action);
        return item(press.isEmpty() ? text : text + "   " + press, () -> window.perform(action));
    }

    private JMenu file() {
        var menu = new JMenu("File");
        menu.add(item("Screenshot…", window::saveScreenshot));
        menu.addSeparator();
        menu.add(item("Quit", commands::close));
        return menu;
    }

    private JMenu view() {
        var menu = new JMenu("View");
        menu.add(item("Full screen", Action.TOGGLE_FULLSCREEN));
        menu.addSeparator();
        menu.add(item("Zoom in", Action.ZOOM_IN));
        menu.add(item("Zoom out", Action.ZOOM_OUT));
        menu.add(item("Normal size", Action.ZOOM_RESET));
        autoResize.addActionListener(_ -> window.autoResize(autoResize.isSelected()));
        menu.add(autoResize);
        menu.addSeparator();
        menu.add(item("Release pointer", Action.RELEASE_CURSOR));
        return menu;
    }

    private JMenu sendKey() {
        var menu = new JMenu("Send key");
        menu.add(item("Ctrl+Alt+Del", Action.SECURE_ATTENTION));
        menu.add(chord("Ctrl+Alt+Backspace", Keys.CONTROL, Keys.ALT, named("BackSpace")));
        menu.addSeparator();
        for (int i = 1; i <= 12; i++) {
            menu.add(chord("Ctrl+Alt+F" + i, Keys.CONTROL, Keys.ALT, keys.function(i)));
        }
        menu.addSeparator();
        menu.add(chord("Print screen", named("Print")));
        menu.add(chord("Windows key", named("Super_L")));
        return menu;
    }

    private GuestKey named(String name) {
        return keys.byName(name).orElseThrow();
    }

    private JMenuItem chord(String text, GuestKey... together) {
        return item(text, () -> window.send(List.of(together)));
    }

    private JMenu machine() {
        var menu = new JMenu("Machine");
        pause.addActionListener(_ -> commands.pause(pause.isSelected()));
        menu.add(pause);
        menu.add(item("Reset", commands::reset));
        menu.add(item("Power down", commands::powerDown));
        menu.addSeparator();
        menu.add(item("Force off…", () -> {
            if (window.confirm("Force the guest off? What it has not written is lost.")) {
                commands.forceOff();
            }
        }));
        return menu;
    }

    private JMenu help() {
        var menu = new JMenu("Help");
        menu.add(item(
                "About",
                () -> window.tell("Posada's virt-viewer: screens by VNC, and serial consoles.\n"
                        + "The pointer is released by " + hotkeys.describe(Action.RELEASE_CURSOR) + ".")));
        return menu;
    }
}
