package io.github.amlmaven.emulator.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The numeric user that an image wants to run as. */
record UserId(int user, int group) {

    static final UserId ROOT = new UserId(0, 0);

    /**
     * Reads {@code user[:group]}, names looked up in the image's own /etc/passwd and /etc/group.
     *
     * @throws ImageUnavailableException when the image has no such user, as container engines refuse it too
     */
    static UserId of(ImageConfig config, RootPath root) throws IOException {
        if (config.user().isEmpty()) {
            return ROOT;
        }
        String[] parts = config.user().split(":", 2);
        int group = parts.length > 1 && !parts[1].isEmpty() ? number(parts[1], root.follow("/etc/group"), 2) : -1;
        Path passwd = root.follow("/etc/passwd");
        int user = number(parts[0], passwd, 2);
        return new UserId(user, group >= 0 ? group : primaryGroup(user, passwd));
    }

    private static int number(String name, Path file, int column) throws IOException {
        if (name.matches("[0-9]{1,9}")) {
            return Integer.parseInt(name);
        }
        for (String line : lines(file)) {
            String[] fields = line.split(":", -1);
            if (fields.length > column && fields[0].equals(name)) {
                return Integer.parseInt(fields[column]);
            }
        }
        throw new ImageUnavailableException("unable to find user or group " + name + ": no matching entries in "
                + file.getFileName() + " file of the image");
    }

    private static int primaryGroup(int user, Path passwd) throws IOException {
        for (String line : lines(passwd)) {
            String[] fields = line.split(":", -1);
            if (fields.length > 3 && fields[2].equals(Integer.toString(user))) {
                return Integer.parseInt(fields[3]);
            }
        }
        return 0;
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
    }

    boolean isRoot() {
        return user == 0;
    }
}
