package io.github.amlmaven.core.plan;

import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** In what a change that was planned and the same one planned again differ, in words. */
record Movement(PlannedChange planned, PlannedChange again) {

    /** A line about the change and one for each field; empty when nothing has moved. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (planned.exists() != again.exists()) {
            lines.add(planned.shortName() + (again.exists() ? " exists meanwhile" : " is gone meanwhile") + plan());
            return lines;
        }
        world(lines);
        wishes(lines);
        return lines;
    }

    private void world(List<String> lines) {
        List<String> moved = new ArrayList<>();
        Map<String, String> before = planned.secrets().now();
        Map<String, String> now = again.secrets().now();
        TreeSet<String> paths = new TreeSet<>(places(before, now));
        // What there are fingerprints of is judged by them: which values are shown depends on what is wanted.
        places(planned.seen(), again.seen()).stream()
                .filter(path -> !before.containsKey(path) && !now.containsKey(path))
                .forEach(paths::add);
        paths.forEach(path -> moved.add(value(path, before.containsKey(path), now.containsKey(path))));
        if (!moved.isEmpty()) {
            lines.add(planned.shortName() + " was changed by somebody meanwhile" + plan());
            moved.forEach(line -> lines.add("  " + line));
        }
    }

    /** What has become of a value, which only a fingerprint may tell of. */
    private String value(String path, boolean before, boolean now) {
        String was = planned.seen().get(path);
        String is = again.seen().get(path);
        boolean hidden = (before && was == null) || (now && is == null) || Objects.equals(was, is);
        if (!hidden) {
            return new Field(path, Objects.requireNonNullElse(was, ""), Objects.requireNonNullElse(is, "")).line();
        }
        String what = Pointer.words(path);
        if (before != now) {
            return what + (now ? ": it is there now, and was not" : ": it is not there any more");
        }
        return what + ": its value is another one now";
    }

    private String plan() {
        return " (the plan was: " + planned.action().words() + ")";
    }

    private void wishes(List<String> lines) {
        List<String> moved = new ArrayList<>();
        if (planned.action() != again.action()) {
            moved.add("it would now be: " + again.action().words());
        }
        List<String> others = places(planned.secrets().wanted(), again.secrets().wanted());
        others.forEach(path -> moved.add(secret(path)));
        boolean secrets = !others.isEmpty();
        Map<String, Field> before = byPath(planned);
        Map<String, Field> now = byPath(again);
        places(before, now).forEach(path -> {
            Field was = before.get(path);
            Field is = now.get(path);
            // Of a secret all is said above.
            if (!isSecret(was) && !isSecret(is)) {
                moved.add(field(path, was, is));
            }
        });
        if (!moved.isEmpty()) {
            // Where the world has moved the same files come to something else.
            lines.add(planned.headline()
                    + (lines.isEmpty() || secrets
                            ? ": files or parameters have changed"
                            : ": the same would now be something else"));
            moved.forEach(line -> lines.add("  " + line));
        } else if (!planned.fields().equals(again.fields()) && lines.isEmpty()) {
            lines.add(planned.headline() + ": it would now change " + told(again) + ", the plan said " + told(planned));
        }
    }

    private String secret(String path) {
        String words = Pointer.words(path);
        if (!planned.secrets().wanted().containsKey(path)) {
            return words + ": it has a secret value, which it had not when the plan was made";
        }
        return again.secrets().wanted().containsKey(path)
                ? words + ": its secret value is another than when the plan was made"
                : words + ": it has no secret value any more";
    }

    private static String field(String path, @Nullable Field was, @Nullable Field is) {
        if (was == null) {
            return path + ": would now change too: "
                    + Objects.requireNonNull(is).change();
        }
        return path + ": " + (is == null ? "would not change any more" : "would now be " + is.change())
                + ", the plan said " + was.change();
    }

    private static boolean isSecret(@Nullable Field field) {
        return field != null
                && (field.before().startsWith(Field.SECRET) || field.after().startsWith(Field.SECRET));
    }

    private static String told(PlannedChange change) {
        List<String> lines = change.fields().stream().map(Field::line).toList();
        return lines.isEmpty() ? "nothing" : String.join(", ", lines);
    }

    private static Map<String, Field> byPath(PlannedChange change) {
        Map<String, Field> fields = new TreeMap<>();
        change.fields().forEach(field -> fields.put(field.path(), field));
        return fields;
    }

    private static <T> List<String> places(Map<String, T> before, Map<String, T> now) {
        TreeSet<String> all = new TreeSet<>(before.keySet());
        all.addAll(now.keySet());
        return all.stream()
                .filter(path -> !Objects.equals(before.get(path), now.get(path)))
                .toList();
    }
}
