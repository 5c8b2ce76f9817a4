package dev.posada.protocol;

import dev.posada.model.TypedParameter;
import java.util.List;

/** Turns typed parameters into the structure that travels, and back. */
public final class WireParameters {

    private WireParameters() {}

    /** The structures for parameters, in the same order. */
    public static List<TypedParam> encode(List<TypedParameter> parameters) {
        return parameters.stream().map(WireParameters::encode).toList();
    }

    /** The parameters of structures, in the same order. */
    public static List<TypedParameter> decode(List<TypedParam> parameters) {
        return parameters.stream().map(WireParameters::decode).toList();
    }

    /** The structure for one parameter. */
    public static TypedParam encode(TypedParameter parameter) {
        TypedParamValue value = switch (parameter.value()) {
            case TypedParameter.IntValue(int number) -> new TypedParamValue.IntValue(number);
            case TypedParameter.UintValue(int number) -> new TypedParamValue.UintValue(number);
            case TypedParameter.LlongValue(long number) -> new TypedParamValue.LlongValue(number);
            case TypedParameter.UllongValue(long number) -> new TypedParamValue.UllongValue(number);
            case TypedParameter.DoubleValue(double number) -> new TypedParamValue.DoubleValue(number);
            case TypedParameter.BooleanValue(boolean truth) -> new TypedParamValue.BooleanValue(truth);
            case TypedParameter.StringValue(String text) -> new TypedParamValue.StringValue(text);
        };
        return new TypedParam(parameter.name(), value);
    }

    /** The parameter of one structure. */
    public static TypedParameter decode(TypedParam parameter) {
        TypedParameter.Value value = switch (parameter.value()) {
            case TypedParamValue.IntValue(int number) -> new TypedParameter.IntValue(number);
            case TypedParamValue.UintValue(int number) -> new TypedParameter.UintValue(number);
            case TypedParamValue.LlongValue(long number) -> new TypedParameter.LlongValue(number);
            case TypedParamValue.UllongValue(long number) -> new TypedParameter.UllongValue(number);
            case TypedParamValue.DoubleValue(double number) -> new TypedParameter.DoubleValue(number);
            case TypedParamValue.BooleanValue(boolean truth) -> new TypedParameter.BooleanValue(truth);
            case TypedParamValue.StringValue(String text) -> new TypedParameter.StringValue(text);
        };
        return new TypedParameter(parameter.field(), value);
    }
}
