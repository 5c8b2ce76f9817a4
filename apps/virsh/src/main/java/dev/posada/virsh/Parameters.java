package dev.posada.virsh;

import dev.posada.model.TypedParameter;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Typed parameters, as libvirt's tools write them and as JSON. */
final class Parameters {
    private Parameters() {}

    /** A value as text: truths as yes and no, fractions with six places. */
    static String text(TypedParameter parameter) {
        return switch (parameter.value()) {
            case TypedParameter.BooleanValue(boolean truth) -> truth ? "yes" : "no";
            case TypedParameter.DoubleValue(double number) -> String.format(Locale.ROOT, "%f", number);
            default -> json(parameter).toString();
        };
    }

    /** A value as what JSON has for it. */
    static Object json(TypedParameter parameter) {
        return switch (parameter.value()) {
            case TypedParameter.IntValue(int number) -> number;
            case TypedParameter.UintValue(int number) -> Integer.toUnsignedLong(number);
            case TypedParameter.LlongValue(long number) -> number;
            case TypedParameter.UllongValue(long number) ->
                number >= 0 ? (Object) number : new BigInteger(Long.toUnsignedString(number));
            case TypedParameter.DoubleValue(double number) -> number;
            case TypedParameter.BooleanValue(boolean truth) -> truth;
            case TypedParameter.StringValue(String text) -> text;
        };
    }

    /** All of them as a JSON object. */
    static Map<String, Object> json(List<TypedParameter> parameters) {
        var object = new LinkedHashMap<String, Object>();
        for (var parameter : parameters) {
            object.put(parameter.name(), json(parameter));
        }
        return object;
    }
}
