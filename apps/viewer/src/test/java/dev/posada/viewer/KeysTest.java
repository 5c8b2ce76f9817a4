package dev.posada.viewer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.posada.viewer.Hotkeys.Action;
import java.awt.event.InputEvent;
import java.awt.event.KeyEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.swing.JPanel;
import org.junit.jupiter.api.Test;

class KeysTest {
    private final Keys keys = new Keys();
    private final List<String> complaints = new ArrayList<>();

    private static KeyEvent pressed(int code, char sign, int modifiers, int location) {
        return new KeyEvent(new JPanel(), KeyEvent.KEY_PRESSED, 0, modifiers, code, sign, location);
    }

    @Test
    void keysAreKnownByMeaningAndPlace() {
        var right = pressed(
                KeyEvent.VK_CONTROL, KeyEvent.CHAR_UNDEFINED, InputEvent.CTRL_DOWN_MASK, KeyEvent.KEY_LOCATION_RIGHT);
        assertThat(keys.of(right)).isEqualTo(new GuestKey(0xffe4, 97));
        assertThat(keys.of(right).scanCode()).isEqualTo(0x9d);
        var enter = pressed(KeyEvent.VK_ENTER, '\n', 0, KeyEvent.KEY_LOCATION_NUMPAD);
        assertThat(keys.of(enter).scanCode()).isEqualTo(0x9c);
        var letter = pressed(KeyEvent.VK_A, 'A', InputEvent.SHIFT_DOWN_MASK, KeyEvent.KEY_LOCATION_STANDARD);
        assertThat(keys.of(letter)).isEqualTo(new GuestKey('A', 30));
        var controlled = pressed(KeyEvent.VK_C, '\3', InputEvent.CTRL_DOWN_MASK, KeyEvent.KEY_LOCATION_STANDARD);
        assertThat(keys.of(controlled)).isEqualTo(new GuestKey('c', 46));
        var euro = pressed(KeyEvent.VK_UNDEFINED, '€', 0, KeyEvent.KEY_LOCATION_STANDARD);
        assertThat(keys.of(euro)).isEqualTo(new GuestKey(0x010020ac, 0));
    }

    @Test
    void aKeymapSendsOthersOrNone() {
        var map = KeyMap.read(Optional.of("Super_L=,1=Shift_L+F1,Nonsense=a,2=Bogus+b,3"), keys, complaints::add);
        assertThat(map.sent(keys.byName("Super_L").orElseThrow())).isEmpty();
        assertThat(map.sent(keys.byName("1").orElseThrow()))
                .containsExactly(keys.byName("Shift_L").orElseThrow(), keys.function(1));
        assertThat(map.sent(keys.byName("2").orElseThrow()))
                .containsExactly(keys.byName("b").orElseThrow());
        assertThat(map.sent(keys.byName("x").orElseThrow()))
                .containsExactly(keys.byName("x").orElseThrow());
        assertThat(complaints)
                .containsExactly(
                        "Unable to lookup 'Nonsense' key",
                        "Unable to lookup mapped key 'Bogus' it will be ignored",
                        "Missing mapping value for key '3'");
    }

    @Test
    void hotkeysAreThoseThatAreSet() {
        var hotkeys = Hotkeys.read(
                Optional.of(
                        "toggle-fullscreen=shift+F11,release-cursor=Control_L+alt,zoom-in,smartcard-insert=f8,dance=f9"),
                complaints::add);
        var f11 = pressed(
                KeyEvent.VK_F11, KeyEvent.CHAR_UNDEFINED, InputEvent.SHIFT_DOWN_MASK, KeyEvent.KEY_LOCATION_STANDARD);
        var alt = pressed(
                KeyEvent.VK_ALT,
                KeyEvent.CHAR_UNDEFINED,
                InputEvent.CTRL_DOWN_MASK | InputEvent.ALT_DOWN_MASK,
                KeyEvent.KEY_LOCATION_LEFT);
        var plain = pressed(KeyEvent.VK_F11, KeyEvent.CHAR_UNDEFINED, 0, KeyEvent.KEY_LOCATION_STANDARD);
        assertThat(hotkeys.of(f11)).contains(Action.TOGGLE_FULLSCREEN);
        assertThat(hotkeys.of(alt)).contains(Action.RELEASE_CURSOR);
        assertThat(hotkeys.of(plain)).isEmpty();
        assertThat(hotkeys.describe(Action.RELEASE_CURSOR)).isEqualTo("Ctrl+Alt");
        assertThat(complaints).containsExactly("Missing value for hotkey 'zoom-in'", "Unknown hotkey name dance");
    }
}
