package io.github.amlmaven.core.request;

import io.github.amlmaven.core.error.Problem;
import java.util.List;

/** What becomes of a file. */
public sealed interface Rendering {

    /**
     * A file that becomes requests.
     *
     * @param kind what it is, as a schema names it
     * @param request the one that counts
     * @param before those for anonymous assets that go ahead of it, by path
     */
    record Requests(String kind, PlannedRequest request, List<PlannedRequest> before) implements Rendering {
        public Requests {
            before = List.copyOf(before);
        }
    }

    /** A file that is refused before anything is sent. */
    record Refused(List<Problem> problems) implements Rendering {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /** A YAML file that is something else: a conda file, a tool's configuration. */
    record NotASpec() implements Rendering {}
}
