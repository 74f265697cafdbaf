package io.github.amlmaven.core.spec.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * What the official client makes of a scalar whose type no schema says: PyYAML's safe loader (YAML 1.1) decides the
 * type, Python's {@code str()} the text. Values of parameters reach the service as such text.
 */
public final class PythonScalar {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Pattern TRUE = Pattern.compile("yes|Yes|YES|true|True|TRUE|on|On|ON");
    private static final Pattern FALSE = Pattern.compile("no|No|NO|false|False|FALSE|off|Off|OFF");
    private static final Pattern DECIMAL = Pattern.compile("[-+]?(?:0|[1-9][0-9_]*)");
    private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-7_]+");
    private static final Pattern HEXADECIMAL = Pattern.compile("[-+]?0x[0-9a-fA-F_]+");
    private static final Pattern BINARY = Pattern.compile("[-+]?0b[0-1_]+");
    /** YAML 1.1 as PyYAML reads it: a float needs a dot, and an exponent needs a sign. */
    private static final Pattern FLOAT =
            Pattern.compile("[-+]?(?:[0-9][0-9_]*\\.[0-9_]*|\\.[0-9][0-9_]*)(?:[eE][-+][0-9]+)?");

    private static final Pattern SIXTIES = Pattern.compile(
            "[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");
    private static final Pattern TIME = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"
            + "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]*)?"
            + "(?:[ \\t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?");

    private PythonScalar() {}

    /** Whether PyYAML reads a text, not a number, a truth value or a time. */
    public static boolean isText(SpecNode.Scalar scalar) {
        return !scalar.plain()
                || (value(scalar).isTextual()
                        && !SIXTIES.matcher(scalar.text()).matches()
                        && !TIME.matcher(scalar.text()).matches());
    }

    /** The value of a scalar in a place without a schema. */
    public static JsonNode value(SpecNode.Scalar scalar) {
        String text = scalar.text();
        if (!scalar.plain()) {
            return JSON.textNode(text);
        }
        if (scalar.isNull()) {
            return JSON.nullNode();
        }
        if (TRUE.matcher(text).matches()) {
            return JSON.booleanNode(true);
        }
        if (FALSE.matcher(text).matches()) {
            return JSON.booleanNode(false);
        }
        String digits = text.replace("_", "");
        if (DECIMAL.matcher(text).matches()) {
            return integer(digits, "", 10);
        }
        if (OCTAL.matcher(text).matches()) {
            return integer(digits, "0", 8);
        }
        if (HEXADECIMAL.matcher(text).matches()) {
            return integer(digits, "0x", 16);
        }
        if (BINARY.matcher(text).matches()) {
            return integer(digits, "0b", 2);
        }
        if (FLOAT.matcher(text).matches()) {
            return JSON.numberNode(Double.parseDouble(digits));
        }
        return JSON.textNode(text);
    }

    /** The text that Python's {@code str()} gives for a value. */
    public static String text(JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue() ? "True" : "False";
        }
        if (value.isNull()) {
            return "None";
        }
        if (value.isObject() || value.isArray()) {
            return container(value);
        }
        return value.isDouble() ? text(value.doubleValue()) : value.asText();
    }

    /** A mapping or list as Python shows it. */
    private static String container(JsonNode value) {
        StringJoiner text = value.isObject() ? new StringJoiner(", ", "{", "}") : new StringJoiner(", ", "[", "]");
        if (value.isObject()) {
            value.properties().forEach(entry -> text.add("'" + entry.getKey() + "': " + shown(entry.getValue())));
        } else {
            value.forEach(item -> text.add(shown(item)));
        }
        return text.toString();
    }

    private static String shown(JsonNode value) {
        return value.isTextual() ? "'" + value.textValue() + "'" : text(value);
    }

    /** Python's {@code repr} of a float: shortest digits, an exponent below 1e-4 and from 1e16 on. */
    public static String text(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0.0" : "0.0";
        }
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        int exponent = shortest.precision() - shortest.scale() - 1;
        if (exponent >= -4 && exponent < 16) {
            String plain = shortest.toPlainString();
            return plain.contains(".") ? plain : plain + ".0";
        }
        BigDecimal mantissa = shortest.movePointLeft(exponent).stripTrailingZeros();
        return "%se%s%02d".formatted(mantissa.toPlainString(), exponent < 0 ? "-" : "+", Math.abs(exponent));
    }

    private static JsonNode integer(String digits, String prefix, int radix) {
        boolean negative = digits.startsWith("-");
        String bare = digits.startsWith("-") || digits.startsWith("+") ? digits.substring(1) : digits;
        BigInteger value = new BigInteger(bare.substring(prefix.length()), radix);
        BigInteger signed = negative ? value.negate() : value;
        return signed.bitLength() < 64 ? whole(signed.longValue()) : JSON.numberNode(signed);
    }

    /** A whole number as Jackson's parser would make it, so that trees compare equal. */
    public static JsonNode whole(long value) {
        return value == (int) value ? JSON.numberNode((int) value) : JSON.numberNode(value);
    }
}
