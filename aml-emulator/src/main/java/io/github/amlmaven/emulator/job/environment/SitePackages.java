package io.github.amlmaven.emulator.job.environment;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The distributions that jobs take from this machine's own Python instead of having pip install them: large ones that the
 * system's packages bring ({@code python3-torch} without its GPU libraries), or those that pip cannot build here. Which they
 * are says {@code -Daml.sitePackages} or {@code AML_SITE_PACKAGES}, names with commas between. An environment that asks for
 * one of them gets it as it is installed, whatever version it asks for, and its job's log says so.
 *
 * @param names normalised as PEP 503 has it
 */
record SitePackages(Set<String> names) {

    static final String PROPERTY = "aml.sitePackages";
    static final String VARIABLE = "AML_SITE_PACKAGES";

    private static final Pattern NAME = Pattern.compile("\\s*([A-Za-z0-9][A-Za-z0-9._-]*).*");
    private static final Pattern SEPARATOR = Pattern.compile("[\\s,]+");

    SitePackages {
        names = Set.copyOf(names);
    }

    /** What the user of this process has said; nothing when nothing was said. */
    static SitePackages configured() {
        String property = System.getProperty(PROPERTY);
        String variable = System.getenv(VARIABLE);
        return of(property != null ? property : variable != null ? variable : "");
    }

    static SitePackages of(String list) {
        Set<String> names = new LinkedHashSet<>();
        Arrays.stream(SEPARATOR.split(list))
                .filter(name -> !name.isEmpty())
                .map(SitePackages::normalised)
                .forEach(names::add);
        return new SitePackages(names);
    }

    /** The requirement that asks for a distribution of this machine, by the distribution's name, in order. */
    List<String> in(List<String> requirements) {
        return requirements.stream()
                .map(SitePackages::name)
                .flatMap(Optional::stream)
                .filter(names::contains)
                .distinct()
                .toList();
    }

    /** The requirements that pip is to install. */
    List<String> without(List<String> requirements) {
        return requirements.stream()
                .filter(line -> name(line).filter(names::contains).isEmpty())
                .toList();
    }

    /** Empty for options and blank lines. */
    private static Optional<String> name(String requirement) {
        Matcher matcher = NAME.matcher(requirement);
        return matcher.matches() ? Optional.of(normalised(matcher.group(1))) : Optional.empty();
    }

    private static String normalised(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "-");
    }
}
