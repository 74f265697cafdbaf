package io.github.amlmaven.core.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * How wide a text is in a sans-serif face: rather too wide than too narrow, since which face the viewer has is not known,
 * and the same on every machine, with fonts or without.
 */
final class TextSize {

    private static final String NARROW = "ijltfrI.,:;'|!()[]/ ";
    private static final String WIDE = "mwMW@%\u2192\u2190\u2026\u00d7";

    /** How much wider a bold face is. */
    static final double BOLD = 1.17;

    private TextSize() {}

    /** The width in the unit of {@code size}, the face's height. */
    static double width(String text, double size) {
        double em = 0;
        for (int index = 0; index < text.length(); index++) {
            char letter = text.charAt(index);
            if (NARROW.indexOf(letter) >= 0) {
                em += 0.36;
            } else if (WIDE.indexOf(letter) >= 0 || letter > 0x2E7F) {
                em += 0.98;
            } else {
                em += Character.isUpperCase(letter) ? 0.72 : 0.60;
            }
        }
        return em * size;
    }

    /** The text, or as much of it as fits. */
    static String fit(String text, double size, double width) {
        if (width(text, size) <= width) {
            return text;
        }
        String shorter = text;
        while (shorter.length() > 1 && width(shorter + "\u2026", size) > width) {
            shorter = shorter.substring(0, shorter.length() - 1);
        }
        return shorter + "\u2026";
    }

    /** Pieces set in lines, none of which is wider than {@code width} unless a piece is. */
    static List<String> lines(List<String> pieces, String between, double size, double width) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String piece : pieces) {
            String longer = line.isEmpty() ? piece : line + between + piece;
            if (!line.isEmpty() && width(longer, size) > width) {
                lines.add(line);
                line = piece;
            } else {
                line = longer;
            }
        }
        if (!line.isEmpty()) {
            lines.add(line);
        }
        return lines;
    }
}
