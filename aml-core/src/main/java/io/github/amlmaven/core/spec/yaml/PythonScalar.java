package io.github.amlmaven.core.spec.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    private static final Pattern SIXTIES = Pattern.compile("[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+");
    private static final Pattern SIXTIES_FLOAT = Pattern.compile("[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*");
    private static final Pattern INFINITE = Pattern.compile("[-+]?\\.(?:inf|Inf|INF)");
    private static final Pattern NOT_A_NUMBER = Pattern.compile("\\.(?:nan|NaN|NAN)");
    /** Texts that Python's {@code int()} takes, and those that {@code float()} takes besides. */
    private static final Pattern INT_TEXT = Pattern.compile("\\s*[-+]?[0-9]+(?:_[0-9]+)*\\s*");

    private static final Pattern FLOAT_TEXT = Pattern.compile(
            "\\s*[-+]?(?:[0-9]+(?:_[0-9]+)*(?:\\.(?:[0-9]+(?:_[0-9]+)*)?)?|\\.[0-9]+(?:_[0-9]+)*)(?:[eE][-+]?[0-9]+)?\\s*");
    /** The words that marshmallow takes for true and for false. */
    private static final Set<String> TRUTHS =
            Set.of("t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1");

    private static final Set<String> UNTRUTHS =
            Set.of("f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0");
    private static final Pattern TIME = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}"
            + "|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]*)?"
            + "(?:[ \\t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?");

    private PythonScalar() {}

    /** Whether PyYAML reads a text, not a number, a truth value or a time. */
    public static boolean isText(SpecNode.Scalar scalar) {
        return !scalar.plain() || (value(scalar).isTextual() && !isTime(scalar));
    }

    /** Whether PyYAML reads a date or a time of day on a date. */
    public static boolean isTime(SpecNode.Scalar scalar) {
        return scalar.plain() && TIME.matcher(scalar.text()).matches();
    }

    /** What marshmallow's {@code Boolean} makes of a value; empty when it refuses it. */
    public static Optional<Boolean> truth(JsonNode value) {
        if (value.isBoolean()) {
            return Optional.of(value.booleanValue());
        }
        String word = value.isDouble() && value.doubleValue() == Math.rint(value.doubleValue())
                ? String.valueOf((long) value.doubleValue())
                : value.asText();
        return TRUTHS.contains(word)
                ? Optional.of(true)
                : UNTRUTHS.contains(word) ? Optional.of(false) : Optional.empty();
    }

    /** What marshmallow's {@code Integer} makes of a value: Python's {@code int()}; empty when it refuses it. */
    public static Optional<BigInteger> whole(JsonNode value) {
        if (value.isIntegralNumber()) {
            return Optional.of(value.bigIntegerValue());
        }
        if (value.isDouble()) {
            double number = value.doubleValue();
            return Double.isFinite(number) ? Optional.of(new BigDecimal(number).toBigInteger()) : Optional.empty();
        }
        return value.isTextual() && INT_TEXT.matcher(value.textValue()).matches()
                ? Optional.of(new BigInteger(bare(value.textValue())))
                : Optional.empty();
    }

    /** What marshmallow's {@code Float} makes of a value: Python's {@code float()}; empty when it refuses it. */
    public static OptionalDouble decimal(JsonNode value) {
        if (value.isNumber()) {
            double number = value.doubleValue();
            return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
        }
        return value.isTextual() && FLOAT_TEXT.matcher(value.textValue()).matches()
                ? OptionalDouble.of(Double.parseDouble(bare(value.textValue())))
                : OptionalDouble.empty();
    }

    /**
     * What marshmallow makes of a value that may be a text, a truth value, a whole number or a number, tried in this order:
     * 1 is true, and 2.5 is 2.
     */
    public static JsonNode firstFit(JsonNode value) {
        if (!value.isNumber()) {
            return value;
        }
        Optional<Boolean> truth = truth(value);
        if (truth.isPresent()) {
            return JSON.booleanNode(truth.get());
        }
        return whole(value).map(PythonScalar::number).orElse(value);
    }

    private static String bare(String digits) {
        return digits.strip().replace("_", "");
    }

    /** The value of a node in a place without a schema. */
    public static JsonNode tree(SpecNode node) {
        if (node instanceof SpecNode.Mapping mapping) {
            ObjectNode object = JSON.objectNode();
            mapping.entries().forEach((key, entry) -> object.set(key, tree(entry.value())));
            return object;
        }
        if (node instanceof SpecNode.Sequence sequence) {
            ArrayNode array = JSON.arrayNode();
            sequence.items().forEach(item -> array.add(tree(item)));
            return array;
        }
        return value((SpecNode.Scalar) node);
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
        if (SIXTIES.matcher(text).matches()) {
            return number(sixties(digits).toBigInteger());
        }
        if (SIXTIES_FLOAT.matcher(text).matches()) {
            return JSON.numberNode(sixties(digits).doubleValue());
        }
        if (INFINITE.matcher(text).matches()) {
            return JSON.numberNode(text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
        }
        return NOT_A_NUMBER.matcher(text).matches() ? JSON.numberNode(Double.NaN) : JSON.textNode(text);
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

    /** The same, but null stays null. */
    public static @Nullable String textOrNull(JsonNode value) {
        return value.isNull() ? null : text(value);
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
        return number(negative ? value.negate() : value);
    }

    /** {@code 1:30} is ninety: YAML 1.1 counts to the base of sixty. */
    private static BigDecimal sixties(String digits) {
        boolean negative = digits.startsWith("-");
        BigDecimal value = BigDecimal.ZERO;
        for (String digit : digits.replaceFirst("^[-+]", "").split(":", -1)) {
            String whole = digit.endsWith(".") ? digit + "0" : digit;
            value = value.multiply(BigDecimal.valueOf(60)).add(new BigDecimal(whole));
        }
        return negative ? value.negate() : value;
    }

    /** A whole number as Jackson's parser would make it. */
    public static JsonNode number(BigInteger value) {
        return value.bitLength() < 64 ? whole(value.longValue()) : JSON.numberNode(value);
    }

    /** A whole number as Jackson's parser would make it, so that trees compare equal. */
    public static JsonNode whole(long value) {
        return value == (int) value ? JSON.numberNode((int) value) : JSON.numberNode(value);
    }
}
