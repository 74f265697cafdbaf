package io.github.amlmaven.emulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.amlmaven.emulator.http.RouteTable.Match;
import io.github.amlmaven.emulator.http.RouteTable.Nothing;
import io.github.amlmaven.emulator.http.RouteTable.OtherMethods;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class RouteTableTest {

    private final RouteTable routes = new RouteTable();

    @Test
    void literalsAreComparedWithoutRegardToCase() {
        Handler handler = handler();
        routes.add("GET", "/subscriptions/{s}/resourceGroups/{g}", handler);

        Match match = (Match) routes.find("GET", "localhost", "/subscriptions/a/resourcegroups/Group");

        assertThat(match.handler()).isSameAs(handler);
        assertThat(match.variables()).containsEntry("s", "a").containsEntry("g", "Group");
    }

    @Test
    void aVariableOfManySegmentsMayStandInTheMiddleAndMayBeEncoded() {
        routes.add("GET", "/v2/{repository...}/blobs/{digest}", handler());

        Match plain = (Match) routes.find("GET", "localhost", "/v2/a/blobs/c/blobs/sha256:1");
        Match encoded = (Match) routes.find("GET", "localhost", "/v2/a%2Fb/blobs/sha256:1");

        assertThat(plain.variables()).containsEntry("repository", "a/blobs/c");
        assertThat(encoded.variables()).containsEntry("repository", "a/b").containsEntry("digest", "sha256:1");
    }

    @Test
    void theRouteWithMoreLiteralSegmentsWins() {
        Handler uploads = handler();
        routes.add("GET", "/v2/{repository...}/blobs/{digest}", handler());
        routes.add("GET", "/v2/{repository...}/blobs/uploads/{id}", uploads);
        routes.add("GET", "/{any...}", handler());

        assertThat(((Match) routes.find("GET", "localhost", "/v2/a/blobs/uploads/1")).handler())
                .isSameAs(uploads);
    }

    @Test
    void aHostSuffixWinsOverMoreLiterals() {
        Handler blob = handler();
        routes.add("GET", "/subscriptions/{s}/resourceGroups", handler());
        routes.addForHostSuffix(".blob.localhost", "GET", "/{container}/{name...}", blob);

        assertThat(((Match) routes.find("GET", "acct.blob.localhost", "/subscriptions/x/resourceGroups")).handler())
                .isSameAs(blob);
    }

    @Test
    void headIsAnsweredByGetUnlessDeclared() {
        Handler get = handler();
        Handler head = handler();
        routes.add("GET", "/a/{x}", get);
        routes.add("HEAD", "/b", head);
        routes.add("GET", "/b", get);

        assertThat(((Match) routes.find("HEAD", "localhost", "/a/1")).handler()).isSameAs(get);
        assertThat(((Match) routes.find("HEAD", "localhost", "/b")).handler()).isSameAs(head);
    }

    @Test
    void aKnownPathWithAnotherMethodIsToldFromAnUnknownPath() {
        routes.add("PUT|DELETE", "/a", handler());

        assertThat(routes.find("GET", "localhost", "/b")).isInstanceOf(Nothing.class);
        assertThat(((OtherMethods) routes.find("GET", "localhost", "/a")).allowed())
                .containsExactly("DELETE", "PUT");
    }

    @Test
    void aBlobNameKeepsItsTrailingSlashAndItsPlusSign() {
        routes.add("GET", "/{container}/{name...}", handler());

        assertThat(((Match) routes.find("GET", "localhost", "/c/a+b%20c/")).variables())
                .containsEntry("name", "a+b c/");
    }

    private static Handler handler() {
        return new Handler() {
            @Override
            public void handle(Exchange exchange) throws IOException {
                throw new IOException("not called");
            }
        };
    }
}
