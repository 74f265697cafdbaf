package io.github.amlmaven.core.evaluation;

import java.math.BigDecimal;
import java.math.MathContext;

/** A measured figure as people compare it: six significant digits, none of them for show. JSON has all of them. */
public final class Figure {

    private static final MathContext DIGITS = new MathContext(6);

    private Figure() {}

    /** {@code 0.85}, {@code 12000}, {@code 1.5E-7}. */
    public static String shown(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.toString(value);
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        BigDecimal rounded = BigDecimal.valueOf(value).round(DIGITS).stripTrailingZeros();
        return Math.abs(value) < 1e-4 || Math.abs(value) >= 1e15 ? rounded.toString() : rounded.toPlainString();
    }
}
