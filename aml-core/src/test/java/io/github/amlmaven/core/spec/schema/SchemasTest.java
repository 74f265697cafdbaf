package io.github.amlmaven.core.spec.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A slip in a description must not wait for the user who first uses it. */
class SchemasTest {

    private final Schemas schemas = Schemas.load();

    @Test
    void everyTypeThatIsNamedIsDescribed() {
        assertThat(schemas.types()).hasSizeGreaterThan(150);
        schemas.types()
                .forEach((name, type) -> parts(type)
                        .forEach(part -> assertThatCode(() -> schemas.resolve(part))
                                .as(name + " uses " + part.describe())
                                .doesNotThrowAnyException()));
    }

    @Test
    void everyKindHasItsOwnNameAndSchemas() {
        List<Kind> kinds = schemas.kinds();

        assertThat(kinds).extracting(Kind::name).doesNotHaveDuplicates();
        assertThat(kinds.stream().flatMap(kind -> kind.schemas().stream()).toList())
                .doesNotHaveDuplicates();
        assertThat(kinds).allSatisfy(kind -> schemas.resolve(kind.content()));
    }

    @Test
    void noMoreIsReadThanUntilAKindOrATypeIsFound() {
        Descriptions descriptions = new Descriptions(List.of("common", "assets", "one that is not there"));

        assertThat(descriptions
                        .kinds()
                        .filter(kind -> kind.name().equals("model"))
                        .findFirst())
                .isPresent();
        assertThatCode(() -> descriptions.type("inlineModel")).doesNotThrowAnyException();
        assertThatThrownBy(() -> descriptions.type("no such type")).hasMessageContaining("one that is not there");
    }

    @Test
    void aTypeThatNoDescriptionHasIsAnError() {
        assertThatThrownBy(() -> new Descriptions(List.of("common")).type("inlineModel"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no type inlineModel");
    }

    @Test
    void aNameIsNotGivenTwice() {
        Descriptions twice = new Descriptions(List.of("common", "common"));

        assertThatThrownBy(twice::types)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("two types ");
    }

    private static Stream<SchemaType> parts(SchemaType type) {
        Stream<SchemaType> inner = switch (kind(type)) {
            case "ListOf" -> Stream.of(((SchemaType.ListOf) type).item());
            case "MapOf" -> Stream.of(((SchemaType.MapOf) type).value());
            case "OneOf" -> ((SchemaType.OneOf) type).alternatives().stream();
            case "Shape" -> ((SchemaType.Shape) type).keys().values().stream().map(SchemaType.Key::type);
            case "Cases" -> ((SchemaType.Cases) type).cases().values().stream();
            case "ByPresence" -> ((SchemaType.ByPresence) type).cases().values().stream();
            default -> Stream.<SchemaType>empty();
        };
        return Stream.concat(Stream.of(type), inner.flatMap(SchemasTest::parts));
    }

    private static String kind(SchemaType type) {
        return type.getClass().getSimpleName();
    }
}
