package io.github.amlmaven.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.amlmaven.core.progress.PlannedChange;
import io.github.amlmaven.core.progress.PlannedChange.Action;
import io.github.amlmaven.core.progress.PlannedChange.Field;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> lines(String now, String wanted) {
        return Comparison.of("r", Optional.of(json(now)), json(wanted)).fields().stream()
                .map(Field::line)
                .toList();
    }

    @Test
    void whatTheServiceAddsIsNoChangeAndWhatIsWantedOtherwiseIs() {
        assertThat(
                        lines(
                                "{'id':'x','location':'westeurope','properties':{'authMode':'Key','provisioningState':'Succeeded',"
                                        + "'scale':{'type':'Default','instances':1}}}",
                                "{'location':'westeurope','properties':{'authMode':'AADToken','scale':{'instances':3},'description':'new'}}"))
                .containsExactlyInAnyOrder(
                        "~ /properties/authMode  \"Key\" -> \"AADToken\"",
                        "~ /properties/scale/instances  1 -> 3",
                        "+ /properties/description  \"new\"");
    }

    @Test
    void ofTheUsersOwnMapsWhatIsNotWantedAnyMoreIsTakenAway() {
        assertThat(lines("{'tags':{'a':'1','b':'2'}}", "{'tags':{'b':'3'}}"))
                .containsExactlyInAnyOrder("- /tags/a  \"1\"", "~ /tags/b  \"2\" -> \"3\"");
    }

    @Test
    void aNewResourceIsToldLeafByLeaf() {
        PlannedChange change =
                Comparison.of("r", Optional.empty(), json("{'properties':{'a/b':{'c':[1,2]},'none':null,'empty':{}}}"));

        assertThat(change.action()).isEqualTo(Action.CREATE);
        assertThat(change.exists()).isFalse();
        assertThat(change.fields()).containsExactly(new Field("/properties/a~1b/c", "", "[1,2]"));
    }

    @Test
    void aListOfObjectsIsToldLeafByLeafToo() {
        PlannedChange change = Comparison.of(
                "r",
                Optional.empty(),
                json("{'containers':[{'name':'a','ports':[{'port':80}],'command':['x','y']},{'name':'b'}]}"));

        assertThat(change.fields())
                .containsExactly(
                        new Field("/containers/a/ports/0/port", "", "80"),
                        new Field("/containers/a/command", "", "[\"x\",\"y\"]"),
                        new Field("/containers/b", "", "{}"));
    }

    @Test
    void noSecretIsInAPlanWhereverItStands() {
        String wanted = "{'properties':{'imageRegistryCredentials':[{'server':'s','password':'hunter2hunter2'}],"
                + "'environmentVariables':{'DB_PASSWORD':'hunter2hunter2','LEVEL':'info'},"
                + "'variables':[{'name':'API_KEY','value':'hunter2hunter2'},{'name':'K','secureValue':'hunter2hunter2'}],"
                + "'uri':'https://a.blob.core.windows.net/c?sv=1&sig=hunter2hunter2'}}";
        String secret = "{'kind':'Secret','data':{'x':'hunter2hunter2'},'stringData':{'y':'hunter2hunter2'}}";

        assertThat(Comparison.of("r", Optional.empty(), json(wanted)).toString())
                .doesNotContain("hunter2")
                .contains("info");
        assertThat(Comparison.of("r", Optional.of(json(secret)), json(secret)).toString())
                .doesNotContain("hunter2");
    }

    @Test
    void anotherSecretIsToldAsChangedAndNoMore() {
        assertThat(lines("{'v':[{'name':'API_KEY','value':'old'}]}", "{'v':[{'name':'API_KEY','value':'new'}]}"))
                .containsExactly("~ /v/API_KEY/value  (secret) changes");
        assertThat(lines("{'kind':'Secret','data':{'x':'b2xk'}}", "{'kind':'Secret','data':{'x':'bmV3'}}"))
                .containsExactly("~ /data/x  (secret) changes");
        assertThat(lines("{'kind':'Secret','data':{'x':'b2xk'}}", "{'kind':'Secret','data':{'x':'b2xk'}}"))
                .isEmpty();
    }

    @Test
    void aSecretThatTheServiceDoesNotTellShowsByTheFingerprintOfTheWhole() {
        String now = "{'tags':{'aml.desiredState':'1'},'v':[{'name':'K','secureValue':null}]}";
        assertThat(lines(now, "{'tags':{'aml.desiredState':'2'},'v':[{'name':'K','secureValue':'new'}]}"))
                .containsExactly("~ /v/K/secureValue  (secret) is written; whether it changes cannot be known,"
                        + " since the service never tells it");
        assertThat(lines("{'tags':{'aml.desiredState':'1'}}", "{'tags':{'aml.desiredState':'2'}}"))
                .containsExactly("~ /tags/aml.desiredState  (secret) changes");
    }

    @Test
    void theStateIsAnotherWhenSomebodyChangesTheResourceAndTheSameWhenTheServiceWritesItsOwn() {
        Map<String, String> state =
                state("{'properties':{'a':1,'b':2},'systemData':{'lastModifiedAt':'1'},'status':{'ready':1}}");

        assertThat(state("{'properties':{'b':2,'a':1},'systemData':{'lastModifiedAt':'2'},'status':{'ready':2}}"))
                .isEqualTo(state)
                .isNotEmpty();
        assertThat(state("{'properties':{'a':1,'b':3}}")).isNotEqualTo(state);
    }

    /** What is kept of what is there, whatever is wanted. */
    private static Map<String, String> state(String now) {
        return Comparison.of("r", Optional.of(json(now)), json("{}"))
                .secrets()
                .sealed("k", (place, value) -> "hmac of " + value)
                .now();
    }

    @Test
    void ofWhatNobodyHasAskedForOnlyAFingerprintIsKept() {
        String now =
                "{'metadata':{'annotations':{'kubectl.kubernetes.io/last-applied-configuration':'hunter2','note':'hunter3'}},"
                        + "'env':[{'name':'INNOCENT','value':'hunter4'},{'name':'LEVEL','value':'info'}],'size':1}";
        PlannedChange change = Comparison.of(
                "r", Optional.of(json(now)), json("{'env':[{'name':'LEVEL','value':'debug'}],'size':2}"), Action.KEEP);

        assertThat(change.seen())
                .containsOnly(Map.entry("", "{}"), Map.entry("/env/LEVEL/value", "\"info\""), Map.entry("/size", "1"));
        assertThat(change.toString()).doesNotContain("hunter");
        assertThat(state(now))
                .containsEntry("/env/INNOCENT/value", "hmac of hunter4")
                .containsEntry("/metadata/annotations/note", "hmac of hunter3")
                .containsEntry("/size", "hmac of 1");
        assertThat(state(now.replace("hunter4", "other"))).isNotEqualTo(state(now));
    }

    @Test
    void namesThatTheUserHasChosenAreNotThoseOfTheService() {
        assertThat(state("{'tags':{'status':'a'},'containers':[{'name':'fqdn','image':'x','instanceView':{'n':1}},"
                        + "{'name':'b','env':[{'name':'etag','value':'1'}]}],'status':{'ready':1}}"))
                .containsOnly(
                        Map.entry("/tags/status", "hmac of a"),
                        Map.entry("/containers/fqdn/image", "hmac of x"),
                        Map.entry("/containers/b/env/etag/value", "hmac of 1"));
    }

    @Test
    void aSecretInsideATextIsComparedThoughOnlyTheRestIsShown() {
        String now = "{'environmentVariables':{'CONN':'Server=x;Password=a'}}";

        assertThat(lines(now, now.replace("=a'", "=b'")))
                .containsExactly("~ /environmentVariables/CONN  (secret) changes");
        assertThat(lines(now, now.replace("=a'", "=b'").replace("=x", "=y")))
                .containsExactly(
                        "~ /environmentVariables/CONN  \"Server=x;Password=***\" -> \"Server=y;Password=***\"");
        assertThat(lines(now, now)).isEmpty();
        assertThat(lines(now, "{'environmentVariables':{}}"))
                .containsExactly("- /environmentVariables/CONN  \"Server=x;Password=***\"");
        assertThat(lines("{'args':['x','Password=a']}", "{'args':['x','Password=b']}"))
                .containsExactly("~ /args/1  (secret) changes");
        assertThat(lines("{}", "{'args':['x','Password=b']}")).containsExactly("+ /args  [\"x\",\"Password=***\"]");
        // What a digest covers could be tried out by it.
        JsonNode wanted = json("{'tags':{'content.sha256':'abc'}," + now.substring(1));
        assertThat(Comparison.of("r", Optional.of(wanted), wanted).seen()).doesNotContainValue("\"abc\"");
        PlannedChange planned = sealed(now, now);
        assertThat(new Movement(planned, sealed(now, now.replace("=a'", "=b'"))).lines())
                .contains("  environment variable CONN: its secret value is another than when the plan was made");
        assertThat(new Movement(planned, sealed(now.replace("=a'", "=b'"), now)).lines())
                .contains("  environment variable CONN: its value is another one now");
    }

    @Test
    void moreNamesAreKnownToBeThoseOfSecrets() {
        for (String name : List.of("DB_PWD", "PASSWD", "SSH_PASSPHRASE", "SIGNING_KEY", "PRIVATE_KEY", "privateKey")) {
            assertThat(lines("{}", "{'environmentVariables':{'" + name + "':'hunter2'}}"))
                    .containsExactly("+ /environmentVariables/" + name + "  (secret)");
        }
        assertThat(lines("{}", "{'environmentVariables':{'DATABASE_URL':'postgres://u:pw@h/db'}}"))
                .containsExactly("+ /environmentVariables/DATABASE_URL  \"postgres://u:***@h/db\"");
    }

    @Test
    void aSecretIsToldAsWhatBecomesOfIt() {
        String now = "{'environmentVariables':{'SAME':{'secureValue':'a'},'OTHER':{'secureValue':'b'},"
                + "'GONE':{'secureValue':'c'},'PLAIN':'x'}}";
        String wanted = "{'environmentVariables':{'SAME':{'secureValue':'a'},'OTHER':{'secureValue':'B'},"
                + "'NEW':{'secureValue':'d'},'PLAIN':'y'}}";

        assertThat(lines(now, wanted))
                .containsExactlyInAnyOrder(
                        "~ /environmentVariables/PLAIN  \"x\" -> \"y\"",
                        "~ /environmentVariables/OTHER/secureValue  (secret) changes",
                        "+ /environmentVariables/NEW/secureValue  (secret)",
                        "- /environmentVariables/GONE/secureValue  (secret)");
    }

    @Test
    void whatTheCallerKnowsOfAnUntoldSecretIsSaid() {
        JsonNode now = json("{'cpu':1,'v':[{'name':'A'},{'name':'B'},{'name':'C'}]}");
        JsonNode wanted = json("{'cpu':2,'v':[{'name':'A','secureValue':'1'},{'name':'B','secureValue':'2'},"
                + "{'name':'C','secureValue':'3'},{'name':'D','secureValue':'4'}]}");
        Comparison.Knowledge knowledge =
                new Comparison.Knowledge(Set.of("/cpu"), Map.of("/v/A/secureValue", true, "/v/B/secureValue", false));

        assertThat(Comparison.of("r", Optional.of(now), wanted, Action.REPLACE, knowledge)
                        .fields())
                .extracting(Field::line)
                .containsExactly(
                        "~ /cpu  1 -> 2  (forces the replacement)",
                        "~ /v/B/secureValue  (secret) changes",
                        "~ /v/C/secureValue  (secret) is written; whether it changes cannot be known, since the service"
                                + " never tells it",
                        "+ /v/D/secureValue  (secret)");
    }

    @Test
    void oneMoreNamedThingMovesNoOther() {
        assertThat(lines(
                        "{'env':[{'name':'B','value':'1'},{'name':'OLD','value':'2'}]}",
                        "{'env':[{'name':'A','value':'0'},{'name':'B','value':'1'}]}"))
                .containsExactlyInAnyOrder("+ /env/A/value  \"0\"", "- /env/OLD/value  \"2\"");
    }

    @Test
    void whatSomebodyElseChangesIsToldInPlainWhereThePlanSpeaksOfIt() {
        PlannedChange planned = sealed("{'size':1,'owner':'ann','gone':1}");

        assertThat(new Movement(planned, sealed("{'size':3,'owner':'bob','new':1}")).lines())
                .contains(
                        "  ~ /size  1 -> 3",
                        "  /owner: its value is another one now",
                        "  /new: it is there now, and was not",
                        "  /gone: it is not there any more")
                .noneMatch(line -> line.contains("ann") || line.contains("bob"));
        assertThat(new Movement(planned, sealed("{'size':1,'owner':'ann','gone':1}")).lines())
                .isEmpty();
    }

    private static PlannedChange sealed(String now) {
        return sealed(now, "{'size':2}");
    }

    private static PlannedChange sealed(String now, String wanted) {
        PlannedChange change = Comparison.of("r", Optional.of(json(now)), json(wanted));
        return change.with(change.secrets().sealed("k", (place, value) -> "hmac of " + value));
    }

    @Test
    void theDigestOfADocumentWithSecretsIsAsSecretAsThey() {
        JsonNode wanted = json("{'tags':{'content.sha256':'abc'},'environmentVariables':{'DB_PASSWORD':'x'}}");

        assertThat(Comparison.of("r", Optional.empty(), wanted).fields())
                .containsExactly(Field.secretAdded("/environmentVariables/DB_PASSWORD"));
        assertThat(Comparison.of("r", Optional.of(wanted), wanted).seen()).doesNotContainValue("\"abc\"");
        assertThat(Comparison.of("r", Optional.empty(), json("{'tags':{'content.sha256':'abc'}}"))
                        .fields())
                .containsExactly(new Field("/tags/content.sha256", "", "\"abc\""));
    }
}
