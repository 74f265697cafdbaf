package io.github.amlmaven.emulator.storage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The little XML that the Blob service speaks. */
final class Xml {

    /** 50,000 block names of 64 bytes, in base64, in their elements. */
    private static final int LARGEST_REQUEST = 16 << 20;

    private final StringBuilder text = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?>");

    Xml open(String element) {
        text.append('<').append(element).append('>');
        return this;
    }

    Xml open(String element, String attribute, String value) {
        text.append('<').append(element).append(' ').append(attribute).append("=\"");
        text.append(escape(value)).append("\">");
        return this;
    }

    Xml close(String element) {
        text.append("</").append(element).append('>');
        return this;
    }

    Xml leaf(String element, String value) {
        return open(element).raw(escape(value)).close(element);
    }

    /** Leaves the element out when there is no value. */
    Xml optional(String element, String value) {
        return value.isEmpty() ? this : leaf(element, value);
    }

    private Xml raw(String value) {
        text.append(value);
        return this;
    }

    byte[] bytes() {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static String escape(String value) {
        return value.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** An element without children, with its text. */
    record Leaf(String name, String text) {}

    /** All innermost elements of a request body in document order; no entities, no external references. */
    static List<Leaf> leaves(InputStream in) throws IOException, XMLStreamException {
        // The parser closes its stream, and the rest of a request's body could then not be read.
        byte[] document = in.readNBytes(LARGEST_REQUEST);
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(document));
        List<Leaf> leaves = new ArrayList<>();
        StringBuilder content = new StringBuilder();
        boolean innermost = false;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    content.setLength(0);
                    innermost = true;
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> content.append(reader.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    if (innermost) {
                        leaves.add(new Leaf(
                                reader.getLocalName(), content.toString().strip()));
                    }
                    innermost = false;
                }
                default -> {}
            }
        }
        return leaves;
    }
}
